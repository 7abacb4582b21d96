//! Every view with every field filled. What a field says is made by the caller, so that it can be hostile.

use maud::Markup;
use pages::handoff::{
    Actions, BesideView, ClockStep, DeliveredView, HandoffView, HistoryView, ReachView, ScoreView,
    SectionView, UndoView, WhyView,
};
use pages::inbox::{InboxRow, InboxView, Turn};
use pages::layout::{Flash, Place, RailGroup, ReaderView};
use pages::parts::{Choice, EvidenceSet, EvidenceSignal, Mark, Said, Tone};
use pages::problem::ProblemView;
use pages::text::{Reach, Urgency};
use pages::{Href, Shell, When, charts};

mod alone;
mod audit;
mod figures;
mod office;
mod places;
mod rules;
mod sign_in;
mod users;
mod writing;

use audit::{audit, no_deeds};
use figures::{campaigns, counted, ledger, pulse, team};
use office::{import, import_runs, import_undo, imports, no_imports};
use places::{account, desk, search, tour};
use rules::{quarantine, strategy};
use users::{keys, nobody, users};
use writing::{
    connections, draft, identity, no_connections, no_rehearsals, nobody_waits, rehearsal,
    rehearsal_runs, rehearsals, version,
};

const MINUTE: i64 = 60_000;

/// Makes what a field says.
pub(crate) type Text<'t> = &'t dyn Fn(&str) -> String;

/// A page by its name.
pub(crate) struct Sample {
    pub(crate) name: &'static str,
    pub(crate) html: String,
}

/// Every page.
pub(crate) fn all(text: Text<'_>) -> Vec<Sample> {
    let page = |name: &'static str, columns: bool, content: &Markup| Sample {
        name,
        html: shell(text, name, columns).page(content),
    };
    let list = inbox(text);
    let nothing = InboxView { rows: Vec::new(), fresh: 0, ..inbox(text) };
    let framed = vec![
        page("inbox", true, &pages::inbox::page(&list)),
        page("inbox-empty", true, &pages::inbox::page(&nothing)),
        page("handoff", true, &pages::handoff::page(Some(&list), &handoff(text))),
        page("handoff-alone", true, &pages::handoff::page(None, &handoff(text))),
        page("account", false, &pages::account::page(&account(text, None))),
        page(
            "account-then",
            false,
            &pages::account::page(&account(text, Some(when(text, "12 Nov")))),
        ),
        page("pulse", false, &pages::pulse::page(&pulse(text))),
        page("counted", false, &pages::counted::page(&counted(text))),
        page("team", false, &pages::team::page(&team(text))),
        page("campaigns", false, &pages::campaigns::page(&campaigns(text))),
        page("ledger", false, &pages::ledger::page(&ledger(text))),
        page("audit", false, &pages::audit::page(&audit(text, true))),
        page("audit-damaged", false, &pages::audit::page(&audit(text, false))),
        page("audit-none", false, &pages::audit::page(&no_deeds(text))),
        page("desk", false, &pages::desk::page(&desk(text))),
        page("search", false, &pages::search::page(&search(text))),
        page("tour", false, &pages::tour::page(&tour(text))),
        page("quarantine", false, &pages::quarantine::page(&quarantine(text))),
        page("imports", false, &pages::imports::page(&imports(text))),
        page("imports-none", false, &pages::imports::page(&no_imports(text))),
        page("import", false, &pages::import::page(&import(text))),
        page("import-undo", false, &pages::import_undo::page(&import_undo(text))),
        page("import-runs", false, &pages::import::page(&import_runs(text))),
        page("rehearsals", false, &pages::rehearsals::page(&rehearsals(text))),
        page("rehearsals-none", false, &pages::rehearsals::page(&no_rehearsals(text))),
        page("rehearsal", false, &pages::rehearsal::page(&rehearsal(text))),
        page("rehearsal-runs", false, &pages::rehearsal::page(&rehearsal_runs(text))),
        page("draft", false, &pages::draft::page(&draft(text))),
        page("version", false, &pages::draft::version(&version(text))),
        page("connections", false, &pages::connections::page(&connections(text))),
        page("connections-none", false, &pages::connections::page(&no_connections(text))),
        page("identity", false, &pages::identity::page(&identity(text))),
        page("identity-none", false, &pages::identity::page(&nobody_waits(text))),
        page("strategy", false, &pages::strategy::page(&strategy(text))),
        page("strategy-none", false, &pages::strategy::nothing()),
        page("users", false, &pages::users::page(&users(text))),
        page("users-none", false, &pages::users::page(&nobody(text))),
        page("keys", false, &pages::users::keys(&keys(text))),
        page("problem", false, &pages::problem::page(&problem(text))),
        page("styleguide", false, &pages::styleguide::page()),
    ];
    framed.into_iter().chain(sign_in::all(text)).chain(alone::all(text)).collect()
}

fn when(text: Text<'_>, short: &str) -> When {
    When { short: text(short), exact: text("2026-11-20T15:12:00Z") }
}

fn href(text: Text<'_>, path: &str) -> Href {
    Href::to(text(path))
}

fn shell(text: Text<'_>, name: &str, columns: bool) -> Shell {
    let place = |name, count, late, here| Place {
        name,
        href: href(text, "/inbox"),
        count,
        late,
        here,
        key: Some('i'),
    };
    Shell {
        title: text(name),
        rail: vec![
            RailGroup {
                title: "Work",
                places: vec![
                    place("Inbox", Some(7), true, name.starts_with("inbox")),
                    place("Accounts", None, false, name == "account"),
                    place("Search", None, false, name == "search"),
                ],
            },
            RailGroup {
                title: "Flow",
                places: vec![
                    place("Pulse", None, false, name == "pulse"),
                    place("Quarantine", Some(72), false, name == "quarantine"),
                    place("Desk", None, false, name == "desk"),
                ],
            },
        ],
        reader: Some(ReaderView {
            id: text("u-9f21c0"),
            name: text("Anna Keller"),
            role: text("AE, DACH pool · available"),
            csrf: text("c0ffee"),
            sign_out: href(text, "/sign-out"),
        }),
        strategy: Some(text("b41f9c")),
        demo: true,
        search: Some(text("")),
        made: text("2026-11-20T14:30:00Z"),
        live: true,
        flash: (name == "problem").then(|| Flash {
            says: text("Nothing was done: it changed since you looked."),
            more: vec![text("accepted by Rui Chen at 14:29")],
            done: false,
        }),
        columns,
    }
}

fn inbox(text: Text<'_>) -> InboxView {
    let row = |name: &str, says: &str, left: i64, whole: i64, here| InboxRow {
        href: href(text, "/h/h-7f3a"),
        name: text(name),
        says: text(says),
        next: text("accept"),
        left: Some((left * MINUTE, whole * MINUTE)),
        when: when(text, "15:12"),
        here,
    };
    let mut rows = vec![
        row("Grace Hopper", "Hopper Works · asked for a security review", 12, 60, false),
        row("Luis Ortega", "Nordwind Energie · quote asked for 340 field engineers", 42, 60, true),
        row("Mei Tanaka", "Kaito Robotics · demo request, 1,200 employees", 130, 240, false),
        row("Sofia Rossi", "Ceramica Emiliana · returned after 90 days", 185, 240, false),
    ];
    rows.push(InboxRow {
        left: None,
        when: when(text, "Mon 09:40"),
        ..row("Priya Nair", "Meridian Health · renewal in 80 days", 0, 1, false)
    });
    InboxView {
        title: text("Inbox"),
        says: text("7 open, by deadline"),
        rows,
        fresh: 1,
        turn: Some(Turn {
            says: text("24 this month, entitled to 24.6. You are next but one in DACH pool."),
            href: Some(href(text, "/desk")),
        }),
        next: Some(href(text, "/inbox?from=2")),
        other: Some((text("2 snoozed"), href(text, "/inbox?part=snoozed"))),
        nothing: (text("No lead waits for you"), text("New ones appear here.")),
    }
}

fn said(text: Text<'_>, says: &str, evidence: Option<usize>) -> Said {
    let marks = vec![Mark {
        tone: Tone::Bad,
        says: text("wrong"),
        by: text("Ann"),
        note: Some(text("no")),
    }];
    Said { text: text(says), evidence, unknown: evidence.is_none(), marks }
}

fn handoff(text: Text<'_>) -> HandoffView {
    let section =
        |title: &str, lines: Vec<Said>, steps| SectionView { title: text(title), lines, steps };
    let signal = |short: &str, kind: &str| EvidenceSignal {
        when: when(text, short),
        kind: text(kind),
        source: text("web, in url"),
        source_id: text("f-20931"),
        id: text("s-1a2b3c4d"),
    };
    let set = |signals| EvidenceSet { signals, more: 2 };
    HandoffView {
        id: text("h-7f3a21"),
        version: 3,
        kind: text("marketing to sales"),
        state: (text("offered to you"), Tone::Look),
        name: text("Luis Ortega"),
        title: text("Head of Field Operations, Nordwind Energie"),
        account: href(text, "/a/a-1"),
        reach: ReachView {
            mail: Reach::mail(&text("luis.ortega@nordwind.example")),
            call: Reach::call(&text("+49 40 1234567")),
        },
        next: text("accept or reject it, by 15:12"),
        said: vec![said_before(text)],
        letter: vec![
            said(
                text,
                "Luis Ortega, Head of Field Operations at Nordwind Energie, asked for a quote on 20 Nov 13:38 UTC.",
                Some(1),
            ),
            said(
                text,
                "2 others there were active in the seven days before, 6 times in all.",
                Some(2),
            ),
            said(text, "They wrote: “340 field engineers, budget closes 15 December”.", Some(1)),
            said(text, "Not known: security needs and who signs.", None),
        ],
        sections: vec![
            section(
                "Pain",
                vec![said(
                    text,
                    "Technicians wait for spare parts “up to two days”; their current tool has no offline mode.",
                    Some(3),
                )],
                false,
            ),
            section(
                "Others there",
                vec![said(text, "Karin Vogt, Procurement; seen 3 times, last on 20 Nov", Some(2))],
                false,
            ),
            section(
                "Next steps",
                vec![
                    said(text, "Call Luis before 16:00.", Some(1)),
                    said(text, "Send the offline field guide.", Some(2)),
                ],
                true,
            ),
        ],
        missing: vec![Mark {
            tone: Tone::Look,
            says: text("missing"),
            by: text("Ann"),
            note: Some(text("which product")),
        }],
        known: when(text, "20 Nov 13:38"),
        evidence: vec![
            set(vec![signal("13:02", "Quote form"), signal("13:21", "Page viewed")]),
            set(vec![signal("13:26", "Page viewed")]),
            set(vec![signal("12 Nov", "Call note")]),
        ],
        clock: clock(text),
        due: Some((42 * MINUTE, 60 * MINUTE, when(text, "15:12"))),
        score: ScoreView {
            total: text("81"),
            says: text("fit 46 + engagement 35"),
            parts: vec![
                charts::Contribution { name: text("Pricing pages, 3 visits"), points: 2_400 },
                charts::Contribution { name: text("500 to 5,000 employees"), points: 2_000 },
                charts::Contribution { name: text("Free-mail address used once"), points: -400 },
            ],
        },
        why: WhyView {
            title: text("Why you"),
            says: vec![text(
                "Route 4 Energy, DACH matched. DACH pool, in turn by weight: you are owed 0.6 of a lead.",
            )],
            others: vec![
                (text("M. Brandt"), text("on leave until Monday")),
                (text("T. Okafor"), text("daily cap reached (6 of 6)")),
            ],
            otherwise: Some(text("It would have been P. Silva with one lead less today.")),
        },
        beside: vec![BesideView {
            href: href(text, "/h/h-8a11"),
            name: text("Karin Vogt"),
            says: text("is offered with Tom Okafor"),
            since: when(text, "13:26"),
            because: vec![
                text("route 2 \"Customers\" matched"),
                text("pool DACH, in turn by weight"),
            ],
        }],
        delivered: vec![DeliveredView {
            name: text("CRM task"),
            tone: Tone::Good,
            says: text("13:38:03, once"),
        }],
        history: vec![HistoryView {
            when: when(text, "13:38"),
            says: text("Offered to Anna Keller"),
            by: text("the engine"),
            note: Some(text("Please call before four.")),
        }],
        actions: actions(text),
    }
}

fn said_before(text: Text<'_>) -> HistoryView {
    HistoryView {
        when: when(text, "13:30"),
        says: text("Rejected by Rui Chen: the wrong territory."),
        by: text("Rui Chen"),
        note: Some(text("They moved to Lyon.")),
    }
}

fn clock(text: Text<'_>) -> Vec<ClockStep> {
    let step = |name: &str, says: &str, done, next| ClockStep {
        name: text(name),
        says: text(says),
        exact: text("2026-11-20T13:38:02Z"),
        done,
        next,
        late: !done && next.is_none(),
    };
    vec![
        step("arrived", "13:38:02", true, None),
        step("routed", "+0.8 s", true, None),
        step("accept", "42 min left", false, Some(Urgency::Soon)),
        step("first touch", "by 17:38", false, None),
    ]
}

fn actions(text: Text<'_>) -> Actions {
    let choices = |all: &[(&str, &str)]| {
        let choice = |(value, says): &(&str, &str)| Choice { value: text(value), says: text(says) };
        all.iter().map(choice).collect::<Vec<_>>()
    };
    Actions {
        snooze: Some((href(text, "/h/h-7f3a/snooze"), choices(&[("1", "For an hour")]))),
        snoozed: Some(when(text, "15:12")),
        feedback: Some((
            href(text, "/h/h-7f3a/feedback"),
            1,
            choices(&[("1", "Luis Ortega asked for a quote")]),
        )),
        undo: Some(UndoView {
            href: href(text, "/h/h-7f3a/undo"),
            seconds: 8,
            until: when(text, "13:38:08"),
            fresh: true,
        }),
        csrf: text("c0ffee"),
        note: text("Call before four."),
        accept: Some(href(text, "/h/h-7f3a/accept")),
        reject: Some((
            href(text, "/h/h-7f3a/reject"),
            choices(&[("bad-fit", "Bad fit"), ("not-now", "Not now")]),
        )),
        reassign: Some((href(text, "/h/h-7f3a/reassign"), choices(&[("r.chen", "Rui Chen")]))),
        outcome: Some((href(text, "/h/h-7f3a/outcome"), choices(&[("met", "We met")]))),
        debrief: Some(href(text, "/h/h-7f3a/debrief")),
        why_not: Some(text("It belongs to Rui Chen.")),
    }
}

fn problem(text: Text<'_>) -> ProblemView {
    ProblemView {
        title: text("There is no such lead"),
        says: text("Nothing has this address, or it is not for you to see."),
        help: text("Search for the person or the company."),
        code: text("handoff-missing"),
        on: Some((text("Back to the inbox"), href(text, "/inbox"))),
    }
}
