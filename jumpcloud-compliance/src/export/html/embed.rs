//! How style, script and data stand in the page.

use std::io::{self, Write};
use std::string::String;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde::Serialize;
use sha2::{Digest as _, Sha256};

pub(super) const STYLE: &str = include_str!("report.css");
pub(super) const SCRIPT: &str = include_str!("report.js");

/// The content security policy: this style, this script, nothing from anywhere.
pub(super) fn policy() -> String {
    let hash = |text: &str| STANDARD.encode(Sha256::digest(text.as_bytes()));
    std::format!(
        "default-src 'none'; script-src 'sha256-{}'; style-src 'sha256-{}'; base-uri 'none'; \
         form-action 'none'",
        hash(SCRIPT),
        hash(STYLE)
    )
}

/// Bytes as base64 text.
pub(super) fn base64(bytes: &[u8]) -> String {
    STANDARD.encode(bytes)
}

/// Writes a value as JSON that a script element can hold: nothing in it ends the element.
pub(super) fn data<W: Write, T: Serialize>(to: &mut W, id: &str, value: &T) -> io::Result<()> {
    write!(to, "<script type=\"application/json\" id=\"{id}\">")?;
    serde_json::to_writer(Inert(&mut *to), value)?;
    to.write_all(b"</script>\n")
}

/// Escapes what markup begins with; in JSON these characters only occur inside of texts.
struct Inert<W>(W);

impl<W: Write> Write for Inert<W> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.write_all(bytes)?;
        Ok(bytes.len())
    }

    fn write_all(&mut self, mut bytes: &[u8]) -> io::Result<()> {
        while let Some(at) = bytes.iter().position(|byte| matches!(byte, b'<' | b'>' | b'&')) {
            let (plain, rest) = bytes.split_at(at);
            self.0.write_all(plain)?;
            let Some((special, rest)) = rest.split_first() else { break };
            write!(self.0, "\\u{special:04x}")?;
            bytes = rest;
        }
        self.0.write_all(bytes)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.0.flush()
    }
}

#[cfg(test)]
mod tests {
    use std::vec::Vec;

    use super::*;

    #[test]
    fn no_text_ends_the_element() {
        for text in ["</script>", "<!--<script>", "a & b", "&lt;/script&gt;", "\u{2028}", "plain"] {
            let mut page = Vec::new();
            data(&mut page, "x", &[text]).unwrap();
            let page = String::from_utf8(page).unwrap();
            let (_, json) = page.split_once('>').unwrap();
            let json = json.strip_suffix("</script>\n").unwrap();
            assert!(!json.contains(['<', '>', '&']), "{json}");
            assert_eq!(serde_json::from_str::<Vec<String>>(json).unwrap(), [text]);
        }
    }

    #[test]
    fn the_policy_names_no_source_but_the_hashes() {
        let policy = policy();
        assert!(policy.starts_with("default-src 'none'; script-src 'sha256-"));
        assert!(!policy.contains("unsafe") && !policy.contains("http"));
    }
}
