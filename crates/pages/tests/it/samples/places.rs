//! The account, the desk, search and the tour.

use pages::When;
use pages::account::{
    AccountView, CampaignView, ConsentView, EventView, FieldView, OpenView, PersonView,
};
use pages::desk::{DeskView, MemberView, PoolView, WaitingView};
use pages::parts::Tone;
use pages::search::{FoundGroup, FoundRow, SearchView};
use pages::tour::{FirstView, OwnFileView, RoleView, StreamRow, StreamView, TourView};

use super::{Text, href, when};

pub(crate) fn account(text: Text<'_>, as_of: Option<When>) -> AccountView {
    let person = |name: &str, says: &str, score: &str| PersonView {
        name: text(name),
        says: text(says),
        score: text(score),
        touches: 12,
    };
    let known = |name: &str, value: &str, source: &str| FieldView {
        name: text(name),
        value: text(value),
        source: text(source),
        when: when(text, "12 Nov"),
        repaired: name == "Employees",
    };
    let event = |short: &str, what: &str, says: &str, tone| EventView {
        when: when(text, short),
        what: text(what),
        says: text(says),
        source: text("web"),
        tone,
    };
    AccountView {
        name: text("Nordwind Energie"),
        says: ["Hamburg", "energy", "2,000 employees", "nordwind.example"].map(text).to_vec(),
        id: text("a-9f21c0"),
        as_of,
        here: href(text, "/a/a-9f21c0"),
        today: text("2026-11-20"),
        people: vec![
            person("Luis Ortega", "Head of Field Operations", "81"),
            person("Karin Vogt", "Procurement", "44"),
        ],
        more_people: 1,
        fields: vec![
            known("Employees", "2,000", "form"),
            known("Industry", "Energy", "enriched"),
            known("Tool in use", "FieldMate", "call note"),
        ],
        consents: vec![
            ConsentView { name: text("E-mail"), given: true, when: when(text, "13:38") },
            ConsentView { name: text("Profiling"), given: false, when: when(text, "13:38") },
        ],
        handoffs: vec![OpenView {
            href: href(text, "/h/h-7f3a"),
            name: text("Luis Ortega"),
            says: text("offered to Anna Keller, accept by 15:12"),
        }],
        campaigns: vec![CampaignView {
            name: text("Field service, autumn"),
            says: text("6 touches of 3 people"),
            when: when(text, "12 Nov"),
        }],
        timeline: vec![
            event("13:38", "Quote form", "by Luis Ortega: 340 engineers", Tone::Look),
            event("13:26", "Page viewed", "/pricing", Tone::Good),
            event("Thu 09:15", "Page viewed", "/pricing/enterprise", Tone::Plain),
        ],
        touches: 41,
        older: Some(href(text, "/a/a-9f21c0?after=s-1")),
    }
}

pub(crate) fn desk(text: Text<'_>) -> DeskView {
    let member = |name: &str, now: &str, tone, open: u64, owed: f64| MemberView {
        name: text(name),
        says: text("dach, enterprise"),
        now: (text(now), tone),
        until: text("until 17:30"),
        open: (open, Some(18)),
        received: 24,
        owed,
        href: Some(href(text, "/inbox?of=a.keller")),
    };
    DeskView {
        title: text("Desk: energy-dach"),
        says: text("weighted, 3 members, 2 can take a lead now. Nothing waits."),
        members: vec![
            member("Anna Keller", "available", Tone::Good, 12, 0.6),
            member("Tobi Okafor", "capped", Tone::Plain, 18, -0.9),
            member("Mia Brandt", "on leave", Tone::Plain, 9, 0.2),
        ],
        pools: vec![PoolView {
            name: text("energy-dach"),
            href: href(text, "/desk?pool=energy-dach"),
            free: (2, 3),
            waiting: 1,
            here: true,
        }],
        waiting: vec![WaitingView {
            href: href(text, "/h/h-7f3a"),
            name: text("Luis Ortega, Nordwind Energie"),
            line: text("1st in energy-dach"),
            says: text("everybody is capped"),
            since: when(text, "13:38"),
        }],
        more_waiting: 2,
    }
}

pub(crate) fn search(text: Text<'_>) -> SearchView {
    let row = |name: &str, says: &str, beside: &str| FoundRow {
        href: href(text, "/a/a-9f21c0"),
        name: text(name),
        says: text(says),
        beside: text(beside),
    };
    SearchView {
        text: text("nord"),
        groups: vec![
            FoundGroup {
                title: "Handoffs",
                rows: vec![row("Luis Ortega", "Nordwind Energie, offered", "42 min left")],
            },
            FoundGroup {
                title: "Accounts",
                rows: vec![row("Nordwind Energie", "nordwind.example", "3 people")],
            },
        ],
        left_out: 4,
        says: text(
            "A whole e-mail address or phone number finds its one person; that look-up is recorded.",
        ),
    }
}

pub(crate) fn tour(text: Text<'_>) -> TourView {
    let role = |name: &str, role: &str, says: &str, opens: &str| RoleView {
        name: text(name),
        role: text(role),
        says: text(says),
        to: href(text, "/sign-in/as/rep"),
        next: href(text, "/inbox"),
        opens: text(opens),
        here: false,
    };
    let stream = |title: &str, what: &str| StreamView {
        title: text(title),
        count: text("184,210"),
        says: text("today"),
        minutes: vec![4, 7, 3, 9, 6, 11, 8],
        rows: vec![StreamRow {
            when: when(text, "14:29:59"),
            what: text(what),
            says: text("page read, unknown visitor"),
        }],
    };
    TourView {
        says: text(
            "Acme sells field service software. It, its customers and their 90 days are made up (seed 7). Nothing leaves this machine.",
        ),
        roles: vec![
            role(
                "Anna Keller",
                "rep",
                "7 open leads wait for you, one is due in 12 min, and each brief shows what it rests on.",
                "Inbox",
            ),
            role(
                "Jonas Weber",
                "manager",
                "You see where work stalls: 4 first touches are overdue, 3 of 6 people can take a lead.",
                "Desk",
            ),
            role(
                "Lena Hoffmann",
                "marketer",
                "You see what became of your leads, who rejected which of them, and why.",
                "Accounts",
            ),
            role(
                "Ines Duarte",
                "auditor",
                "You ask why of any decision, and see what was known when it was taken.",
                "Search",
            ),
        ],
        first: Some(FirstView {
            to: href(text, "/sign-in/as/rep"),
            next: href(text, "/h/h-7f3a"),
            button: text("Be Anna, open Grace Hopper"),
            steps: [
                "Be Anna. Grace Hopper is the first in her inbox: 12 min left.",
                "Press `E`: every sentence shows the signals that it rests on.",
                "Press `A`: the lead is yours, and the CRM hears of it once.",
            ]
            .map(text)
            .to_vec(),
        }),
        crm: Some(href(text, "/tour/crm")),
        own: Some(OwnFileView {
            to: href(text, "/sign-in/as/revops"),
            next: href(text, "/imports"),
            button: text("Be Robin, open the imports"),
        }),
        streams: vec![
            stream("Signals in", "web"),
            stream("Handoffs", "routed"),
            stream("Deliveries", "CRM task"),
        ],
        commands: vec![(text("Why this owner"), text("baton why h-7f3a"))],
        seed: text("7"),
        stays: false,
    }
}
