//! Notices as plain text.

use super::content::{Notice, Tone};

/// One message that tells of all of them, the first in full at its head.
pub fn text(notices: &[Notice]) -> String {
    let mut out = String::new();
    for (at, notice) in notices.iter().enumerate() {
        if at > 0 {
            out.push_str("\n----\n\n");
        }
        one(notice, &mut out);
    }
    out
}

fn one(notice: &Notice, out: &mut String) {
    let mut line = |text: &str| {
        out.push_str(text);
        out.push('\n');
    };
    line(&notice.title);
    notice.facts.iter().for_each(|fact| line(fact));
    for (says, address) in notice.links() {
        line(&format!("{says}: {address}"));
    }
    if !notice.headline.is_empty() {
        line("");
        line(&notice.paragraph());
    }
    for section in &notice.sections {
        line("");
        line(&section.title);
        for known in &section.lines {
            match known.tone {
                Tone::Step(number) => line(&format!("  {number}. {}", known.text)),
                Tone::Known | Tone::Unknown => line(&format!("  {}", known.text)),
            }
        }
    }
    if let Some(more) = notice.more() {
        line("");
        line(&more);
    }
}
