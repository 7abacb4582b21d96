//! Nothing reaches a terminal that it would act on.

use std::io::Write;

use super::{Colours, JsonOut, harmless, is_hidden};

/// Sequences that move, hide, rename, answer and reorder, in 7 and in 8 bits.
const HOSTILE: [&str; 10] = [
    "\u{1b}[2J",
    "\u{1b}]0;title\u{7}",
    "\u{1b}[6n",
    "\u{9b}2J",
    "a\rb",
    "a\u{8}b",
    "\u{202e}fdp.exe",
    "\u{2066}x\u{2069}",
    "\u{200f}",
    "\u{7f}\0",
];

#[test]
fn found_terminal_text_from_outside_moves_no_cursor() {
    for hostile in HOSTILE {
        for colours in [Colours::Kept, Colours::None] {
            let shown = harmless(hostile, colours);
            assert!(!shown.chars().any(is_hidden), "{hostile:?} as {shown:?}");
        }
    }
    let ours = "\u{1b}[31merror\u{1b}[0m: a\n\tb";
    assert_eq!(harmless(ours, Colours::Kept), ours);
    assert_eq!(harmless(ours, Colours::None), "·[31merror·[0m: a\n\tb");
    for usual in ["", "Ada", "Zoë Müller", "می\u{200c}خواهم", "👩\u{200d}💻", "日本"]
    {
        assert_eq!(harmless(usual, Colours::None), usual);
    }
}

#[test]
fn found_terminal_json_means_the_same_however_it_is_cut() {
    for hostile in HOSTILE {
        let text = format!("é{hostile}日");
        let json = serde_json::to_string(&[&text]).unwrap();
        for size in 1..=json.len() {
            let mut written = Vec::new();
            let mut out = JsonOut::new(&mut written);
            json.as_bytes().chunks(size).for_each(|part| out.write_all(part).unwrap());
            out.flush().unwrap();
            let written = String::from_utf8(written).unwrap();
            assert!(!written.chars().any(is_hidden), "{written:?}");
            let read: Vec<String> = serde_json::from_str(&written).unwrap();
            assert_eq!(read, std::slice::from_ref(&text));
        }
    }
}
