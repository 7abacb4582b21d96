//! The audit.

use pages::audit::{AskedView, AuditView, DeedView, VerdictView};
use pages::parts::{Choice, Narrowed};

use super::{Text, href, when};

pub(crate) fn audit(text: Text<'_>, sound: bool) -> AuditView {
    let deed = |says: &str| DeedView {
        when: when(text, "13:38"),
        by: text("Anna Keller"),
        by_href: Some(href(text, "/audit?by=a.keller")),
        says: text(says),
        why: text("The owner asked for it."),
        about: Some((text("h-7f3a"), href(text, "/h/h-7f3a"))),
        story: Some(href(text, "/audit?handoff=h-7f3a")),
        id: text("handoff-moved · entry 12904"),
    };
    let problem = (text("store-leaf-differs"), text("entry 2"), text("Put a backup back."));
    AuditView {
        csrf: text("token"),
        asked: AskedView {
            handoff: text("h-7f3a"),
            by: text("a.keller"),
            kind: text("handoff-moved"),
            from: text("2026-11-01"),
            to: text("2026-11-20"),
        },
        kinds: vec![Choice { value: text("handoff-moved"), says: text("handoff moved") }],
        narrowed: vec![Narrowed { says: text("by a.keller"), without: href(text, "/audit") }],
        deeds: vec![deed("moved to accepted"), deed("read personal data of account a-1")],
        next: Some(href(text, "/audit?cursor=12904")),
        verdict: Some(VerdictView {
            sound,
            entries: 12_904,
            head: text("29348999450cdf28"),
            took: text("1.4 s"),
            problems: if sound { Vec::new() } else { vec![problem] },
        }),
    }
}

/// Nothing was found, and nobody looked through the journal.
pub(crate) fn no_deeds(text: Text<'_>) -> AuditView {
    AuditView { deeds: Vec::new(), next: None, verdict: None, ..audit(text, true) }
}
