//! Keys of a keyboard as the browser is told of them.

use anyhow::Context;
use serde_json::{Value, json};

/// Keys that write nothing, or not what they are called: name, text, and the number that systems give them.
const NAMED: [(&str, &str, u32); 8] = [
    ("Enter", "\r", 13),
    ("Tab", "", 9),
    ("Escape", "", 27),
    ("ArrowUp", "", 38),
    ("ArrowDown", "", 40),
    ("Home", "", 36),
    ("Backspace", "", 8),
    ("Space", " ", 32),
];
/// What is held down beside a key, and the number of it in the protocol.
const HELD: [(&str, u32); 3] = [("Alt+", 1), ("Ctrl+", 2), ("Shift+", 8)];

/// One key, and what is held down beside it.
pub(super) struct Stroke {
    key: String,
    text: String,
    number: u32,
    held: u32,
}

impl Stroke {
    /// Reads `a`, `Enter`, `Ctrl+k`, `Shift+Tab`.
    pub(super) fn of(written: &str) -> anyhow::Result<Self> {
        let (mut rest, mut held) = (written, 0);
        for (name, number) in HELD {
            if let Some(after) = rest.strip_prefix(name).filter(|after| !after.is_empty()) {
                (rest, held) = (after, held + number);
            }
        }
        if let Some((name, text, number)) = NAMED.iter().find(|(name, ..)| *name == rest) {
            let key = if *name == "Space" { " " } else { name };
            return Ok(Self {
                key: key.to_owned(),
                text: (*text).to_owned(),
                number: *number,
                held,
            });
        }
        let mut letters = rest.chars();
        let letter = letters.next().context("a key without a name")?;
        anyhow::ensure!(letters.next().is_none(), "there is no key `{rest}`");
        let number = letter.to_ascii_uppercase();
        let number = if number.is_ascii_alphanumeric() { u32::from(number) } else { 0 };
        // What is pressed together with Ctrl writes nothing.
        let text = if held & 2 == 0 { rest.to_owned() } else { String::new() };
        Ok(Self { key: rest.to_owned(), text, number, held })
    }

    /// Down and up, in the words of the protocol.
    pub(super) fn events(&self) -> [Value; 2] {
        let event = |kind: &str, text: &str| {
            json!({
                "type": kind, "key": self.key, "text": text, "modifiers": self.held,
                "windowsVirtualKeyCode": self.number, "nativeVirtualKeyCode": self.number,
            })
        };
        let down = if self.text.is_empty() { "rawKeyDown" } else { "keyDown" };
        [event(down, &self.text), event("keyUp", "")]
    }
}
