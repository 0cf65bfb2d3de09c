//! Texts of other people as texts: one line, of bounded length, with nothing hidden in them.

use alloc::string::{String, ToString as _};
use alloc::vec::Vec;
use core::fmt::Write as _;

use serde::{Serialize, Serializer};

use crate::evidence::{Observation, Observed, Presence, Redaction};
use crate::subject::SubjectRef;

/// Longest name that is shown whole, in characters.
pub(super) const NAME_MAX: usize = 200;
/// Longest value that is shown whole, in characters.
pub(super) const VALUE_MAX: usize = 1000;

/// A text on one line, cut after `max` characters.
///
/// Line breaks, control characters, marks that turn the direction of writing and characters that
/// nobody sees are written as `\u202E` and the like. The native form keeps the exact text.
pub(super) fn visible(text: &str, max: usize) -> String {
    let text = text.trim();
    let mut out = String::with_capacity(text.len().min(max));
    for (position, letter) in text.chars().enumerate() {
        if position == max {
            put(&mut out, format_args!("… ({} characters)", text.chars().count()));
            break;
        }
        if is_unseen(letter) {
            put(&mut out, format_args!("\\u{:04X}", u32::from(letter)));
        } else {
            out.push(letter);
        }
    }
    out
}

/// A foreign text for Markdown: no markup, link, HTML or table bar in it has an effect.
///
/// Only what could have an effect where it stands is escaped, so that plain names stay readable to
/// those who do not render them.
pub(super) fn markdown(text: &str, max: usize) -> String {
    let text = visible(text, max);
    let mut out = String::with_capacity(text.len());
    let mut letters = text.chars().peekable();
    let mut before = None;
    while let Some(letter) = letters.next() {
        let next = letters.peek().copied();
        let word = |side: Option<char>| side.is_some_and(char::is_alphanumeric);
        let active = match letter {
            '\\' | '`' | '*' | '[' | ']' | '|' | '~' | '$' => true,
            '_' => !(word(before) && word(next)),
            ':' => next == Some('/'),
            '.' => ends_with_www(&out),
            '#' | '-' | '+' | '=' => before.is_none(),
            _ => false,
        };
        match letter {
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '&' if word(next) || next == Some('#') => out.push_str("&amp;"),
            letter => {
                if active {
                    out.push('\\');
                }
                out.push(letter);
            }
        }
        before = Some(letter);
    }
    out
}

/// GitHub and others make a link of `www.` and a name.
fn ends_with_www(text: &str) -> bool {
    text.bytes().rev().take(3).filter(|byte| byte.eq_ignore_ascii_case(&b'w')).count() == 3
}

/// A line of text appended; a string takes every text.
pub(super) fn put(out: &mut String, text: core::fmt::Arguments<'_>) {
    let written = out.write_fmt(text);
    debug_assert!(written.is_ok(), "a string takes every text");
}

/// Whether a character is not seen, or changes how its neighbours are seen.
fn is_unseen(letter: char) -> bool {
    letter.is_control()
        || matches!(letter,
            '\u{ad}' | '\u{34f}' | '\u{61c}' | '\u{115f}' | '\u{1160}' | '\u{17b4}' | '\u{17b5}'
            | '\u{180e}' | '\u{200b}' | '\u{200e}' | '\u{200f}' | '\u{2028}'..='\u{202e}'
            | '\u{2060}'..='\u{206f}' | '\u{3164}' | '\u{feff}' | '\u{fff9}'..='\u{fffb}'
            | '\u{e0000}'..='\u{e007f}')
}

/// The value of an observation in words: what was read, or why there is nothing.
pub(super) fn observed(observation: &Observation) -> String {
    match (observation.redaction, observation.presence) {
        (Redaction::Removed, _) => "(left out)".to_string(),
        (_, Presence::Absent) => "(absent)".to_string(),
        (_, Presence::Null) => "(null)".to_string(),
        (_, Presence::Unparseable) => "(unreadable)".to_string(),
        // Some lists are only looked for; their content is not kept.
        (_, Presence::Present) if observation.value == Observed::Null => "(present)".to_string(),
        (_, Presence::Present) => words(&observation.value),
    }
}

fn words(value: &Observed) -> String {
    match value {
        Observed::Null => "(null)".to_string(),
        Observed::Bool(value) => value.to_string(),
        Observed::Int(value) => value.to_string(),
        Observed::Text(text) if text.is_empty() => "(empty)".to_string(),
        Observed::Text(text) => text.clone(),
        Observed::List(items) if items.is_empty() => "(none)".to_string(),
        Observed::List(items) => items.iter().map(words).collect::<Vec<_>>().join(", "),
    }
}

/// How a subject is called: its name, else its natural key, else its id.
pub(super) fn name(subject: &SubjectRef) -> &str {
    let filled =
        |text: &'_ Option<String>| text.as_deref().is_some_and(|text| !text.trim().is_empty());
    let name =
        if filled(&subject.display_name) { &subject.display_name } else { &subject.natural_key };
    match name.as_deref() {
        Some(name) if !name.trim().is_empty() => name,
        _ => &subject.id,
    }
}

/// A value as JSON, its texts on one line and of bounded length.
pub(super) struct Shown<'a>(pub(super) &'a Observed);

impl Serialize for Shown<'_> {
    fn serialize<S: Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        match self.0 {
            Observed::Null => to.serialize_none(),
            Observed::Bool(value) => to.serialize_bool(*value),
            Observed::Int(value) => to.serialize_i64(*value),
            Observed::Text(text) => to.serialize_str(&visible(text, VALUE_MAX)),
            Observed::List(items) => to.collect_seq(items.iter().map(Shown)),
        }
    }
}

/// A list that is made while it is written, so that no document is held whole.
pub(super) struct Listed<F>(pub(super) F);

impl<F: Fn() -> I, I: Iterator<Item: Serialize>> Serialize for Listed<F> {
    fn serialize<S: Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        to.collect_seq((self.0)())
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn what_is_hidden_is_shown() {
        assert_eq!(visible(" a\nb\u{202e}c\u{0}\t", 99), "a\\u000Ab\\u202Ec\\u0000");
        assert_eq!(visible("abcdef", 3), "abc… (6 characters)");
        assert_eq!(visible("abc", 3), "abc");
        assert_eq!(visible("\u{a0}Zoë 李 👩‍💻", 99), "Zoë 李 👩‍💻");
        assert_eq!(visible(" \n\t", 99), "");
    }

    #[test]
    fn markup_is_text() {
        for (name, told) in [
            ("<b>[a](http://x)|`", "&lt;b&gt;\\[a\\](http\\://x)\\|\\`"),
            ("WWW.example.com", "WWW\\.example.com"),
            ("&lt;b", "&amp;lt;b"),
            ("_a_b_", "\\_a_b\\_"),
            ("# a", "\\# a"),
            (
                "Lumen & Ladder: win_srv-01 (Ada, x@example.com)",
                "Lumen & Ladder: win_srv-01 (Ada, x@example.com)",
            ),
        ] {
            assert_eq!(markdown(name, 99), told);
        }
    }

    proptest! {
        #[test]
        fn one_line_of_bounded_length(text in "\\PC{0,40}|[\\u{0}-\\u{ffff}]{0,40}", max in 1_usize..40) {
            let line = visible(&text, max);
            prop_assert!(line.chars().all(|letter| !is_unseen(letter)));
            prop_assert_eq!(line.trim(), line.as_str());
            prop_assert!(line.chars().count() <= max.saturating_mul(8).saturating_add(30));
            prop_assert!(!markdown(&text, max).contains('<'));
        }
    }
}
