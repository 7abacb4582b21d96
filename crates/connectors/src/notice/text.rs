//! Notices as plain text.

use super::content::Notice;

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
    for section in &notice.sections {
        line("");
        line(&section.title);
        section.lines.iter().for_each(|known| line(&format!("  {known}")));
    }
    if let Some(handoff) = &notice.handoff {
        line("");
        line(&format!("All about it: baton why {handoff}"));
    }
}
