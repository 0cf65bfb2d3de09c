//! Settings of the organisation.

use jumpcloud_client::Field;
use jumpcloud_client::resources::{OrganizationDetail, OrganizationSettings};

use crate::case::{Case, Row};
use crate::outcome::UnknownCause;
use crate::rule::Unknown;

/// The settings of the organisation, with the record they stand in.
#[derive(Clone, Copy, Debug)]
pub struct Settings<'a> {
    /// The record; paths of observations begin with `settings.`.
    pub row: Row<'a, OrganizationDetail>,
    /// The settings.
    pub values: &'a OrganizationSettings,
}

impl<'a> Settings<'a> {
    /// Reads the settings.
    ///
    /// # Errors
    ///
    /// Unknown when the record did not arrive, or the key may not read its settings.
    pub fn of(case: &mut Case<'a>) -> Result<Self, Unknown> {
        let Some(row) = case.facts().organization_detail() else {
            case.require("ORGD")?;
            return Err(Unknown::new(UnknownCause::FieldAbsent, "field_absent"));
        };
        case.uses("ORGD");
        let values = object(&row.value().settings)?;
        Ok(Self { row, values })
    }
}

/// The value of an object without which nothing can be concluded.
///
/// # Errors
///
/// Unknown `field_absent` for absent and null, `field_unparseable` for another kind of value.
pub fn object<T>(field: &Field<T>) -> Result<&T, Unknown> {
    match field {
        Field::Value(value) => Ok(value),
        Field::Unparseable(_) => {
            Err(Unknown::new(UnknownCause::FieldUnparseable, "field_unparseable"))
        }
        Field::Absent | Field::Null => Err(Unknown::new(UnknownCause::FieldAbsent, "field_absent")),
    }
}
