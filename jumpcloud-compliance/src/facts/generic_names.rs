//! Names that belong to a function and not to a person.

/// Words with which the name of a shared account begins.
pub const GENERIC_TOKENS: &[&str] = &[
    "admin",
    "administrator",
    "shared",
    "team",
    "test",
    "demo",
    "guest",
    "temp",
    "info",
    "support",
    "office",
    "helpdesk",
    "service",
    "svc",
    "backup",
    "kiosk",
    "scanner",
    "reception",
];

/// The token that a user name or the name in an e-mail address is, or begins with as a word of its
/// own: followed by a digit, a dot, a dash or an underscore.
pub fn generic_token<'t>(tokens: &[&'t str], name: &str) -> Option<&'t str> {
    let name = super::folded(name);
    let local = name.split('@').next().unwrap_or_default();
    tokens.iter().copied().find(|token| {
        let token = super::folded(token);
        !token.is_empty()
            && local.strip_prefix(token.as_str()).is_some_and(|rest| {
                rest.chars()
                    .next()
                    .is_none_or(|next| next.is_ascii_digit() || matches!(next, '.' | '-' | '_'))
            })
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_token_is_a_word_of_its_own() {
        for (name, token) in [
            ("admin", Some("admin")),
            ("Admin@example.com", Some("admin")),
            ("test2", Some("test")),
            ("svc-backup", Some("svc")),
            ("info_desk@example.com", Some("info")),
            ("testa.rossi", None),
            ("administrator", Some("administrator")),
            ("ada@admin.example.com", None),
            ("", None),
        ] {
            assert_eq!(generic_token(GENERIC_TOKENS, name), token, "{name}");
        }
        assert_eq!(generic_token(&["", " "], "ada"), None);
    }
}
