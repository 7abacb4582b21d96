//! Pages that stand without the frame of all others, and are not about signing in.

use pages::accept::{self, AcceptView};
use pages::crm::{self, CrmLead, CrmView};

use super::{Sample, Text, href, when};

pub(super) fn all(text: Text<'_>) -> [Sample; 4] {
    let offered = |changed| AcceptView {
        to: href(text, "/act/token"),
        handoff: text("h-7f3a"),
        member: text("Anna Keller"),
        until: Some(when(text, "15:12")),
        version: 4,
        changed,
        page: href(text, "/h/h-7f3a"),
    };
    let lead = CrmLead {
        handoff: text("h-7f3a"),
        who: text("Grace Hopper"),
        title: text("Head of Service"),
        owner: text("anna"),
        state: text("offered"),
        route: text("Energy, DACH"),
        why: text("Form submitted: “quote”"),
    };
    let crm = CrmView { leads: vec![lead], more: 1, deliveries: 43, repeated: 1, refused: 5 };
    [
        Sample { name: "accept", html: accept::ask(&offered(true)) },
        Sample { name: "accepted", html: accept::done(&offered(false)) },
        Sample { name: "crm", html: crm::page(&crm) },
        Sample {
            name: "crm-empty",
            html: crm::page(&CrmView { leads: Vec::new(), more: 0, ..crm }),
        },
    ]
}
