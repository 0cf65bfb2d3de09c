//! How a list of the organisation names software.

use serde::Deserialize;

use super::Software;

/// Which of its names tells a product.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Matching {
    /// Begin of the bundle identifier, up to a dot or the end.
    BundlePrefix,
    /// Begin of the name.
    NamePrefix,
    /// The whole name of a Linux package, without its architecture.
    Package,
}

impl Matching {
    /// Whether `value` names an installed product, without regard to case.
    pub fn finds(self, value: &str, item: &Software<'_>) -> bool {
        let begins = |text: &str| {
            text.get(..value.len()).is_some_and(|head| head.eq_ignore_ascii_case(value))
        };
        match self {
            Self::BundlePrefix => item.bundle().is_some_and(|bundle| {
                let rest = bundle.get(value.len()..).unwrap_or_default();
                begins(bundle) && (value.ends_with('.') || rest.is_empty() || rest.starts_with('.'))
            }),
            Self::NamePrefix => item.name().is_some_and(begins),
            Self::Package => {
                matches!(item, Software::Package(_))
                    && item.name().is_some_and(|name| {
                        name.split(':').next().unwrap_or(name).eq_ignore_ascii_case(value)
                    })
            }
        }
    }
}
