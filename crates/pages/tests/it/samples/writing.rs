//! Strategies that are written and rehearsed, connections, and who is who.

use pages::connections::{ClaimView, ConnectionsView, DestinationView, SourceView};
use pages::draft::{ApplyView, DraftFile, DraftView, OpenFile, ProblemRow, VersionPage};
use pages::identity::{IdentityView, NodeView, PairView, PersonView, PreviewView, SideView};
use pages::parts::{Choice, FigureView, ProgressView, Tone};
use pages::rehearsal::{ChangedLead, FoundView, MoveView, RehearsalView, SharedRow};
use pages::rehearsals::{RehearsalRow, RehearsalsView};

use super::{Text, href, when};

fn choice(text: Text<'_>, value: &str, says: &str) -> Choice {
    Choice { value: text(value), says: text(says) }
}

pub(crate) fn rehearsals(text: Text<'_>) -> RehearsalsView {
    RehearsalsView {
        csrf: text("c0ffee"),
        start: href(text, "/rehearsals"),
        strategies: vec![choice(text, "live", "what is in force, by itself")],
        chosen: text("live"),
        histories: vec![choice(text, "90", "the last 90 days of the journal")],
        behaviours: vec![choice(text, "prompt", "prompt: each owner accepts at once")],
        refused: Some(text("A rehearsal is under way.")),
        rows: vec![RehearsalRow {
            title: text("draft-77c2aa against b41f9c"),
            says: text("over leads.csv, owners prompt"),
            href: href(text, "/rehearsals/1"),
            state: (text("done"), Tone::Good),
            when: when(text, "14:20"),
            by: text("u-9f21c0"),
            found: text("412 of 9,310 leads would move"),
        }],
    }
}

pub(crate) fn no_rehearsals(text: Text<'_>) -> RehearsalsView {
    RehearsalsView { refused: None, rows: Vec::new(), ..rehearsals(text) }
}

pub(crate) fn rehearsal(text: Text<'_>) -> RehearsalView {
    let figure = |name: &str, value: &str, says: &str, tone| FigureView {
        name: text(name),
        value: text(value),
        says: text(says),
        tone,
        href: None,
    };
    let shared = |name: &str, here, there| SharedRow { name: text(name), here, there };
    let moves = |from: &str, to: &str, is_lost, leads| MoveView {
        from: text(from),
        to: text(to),
        is_lost,
        leads,
    };
    RehearsalView {
        title: text("draft-77c2aa against b41f9c"),
        says: text("Over leads.csv, owners prompt; started 14:20."),
        state: (text("done"), Tone::Good),
        csrf: text("c0ffee"),
        stop: None,
        report: Some(href(text, "/rehearsals/1/report")),
        progress: None,
        failed: Some(text("It was stopped.")),
        found: Some(FoundView {
            figures: vec![
                figure("Would move", "412", "4.4 % of 9,310 leads", Tone::Plain),
                figure("SLA breaches", "148", "was 211: better", Tone::Good),
                figure("Unrouted", "31", "was 7: look at this", Tone::Look),
            ],
            here: text("77c2aa"),
            there: Some(text("in force b41f9c")),
            moves: vec![
                moves("SDR pool", "DACH pool", false, 190),
                moves("Catch-all", "unrouted", true, 31),
            ],
            more_moves: 3,
            because: vec![(text("route"), text("here `Energy, DACH` matches"), 120)],
            table: vec![[text("routed"), text("9,279"), text("9,303")]],
            routes: vec![shared("4 Energy, DACH", 120, Some(0)), shared("Catch-all", 31, None)],
            reps: vec![shared("Anna Keller", 312, Some(298))],
            changes: vec![ChangedLead {
                lead: text("lead.created:20931"),
                when: text("2026-11-12 13:38"),
                there: text("P. Silva"),
                here: text("unrouted"),
                is_lost: true,
                because: text("no member speaks the language"),
            }],
            more_changes: 311,
        }),
    }
}

pub(crate) fn rehearsal_runs(text: Text<'_>) -> RehearsalView {
    RehearsalView {
        state: (text("under way"), Tone::Trial),
        stop: Some(href(text, "/rehearsals/1/stop")),
        report: None,
        progress: Some(ProgressView {
            says: text("Playing"),
            pace: text("4,100 of 9,310 rows"),
            percent: 44,
            again: href(text, "/rehearsals/1"),
        }),
        failed: None,
        found: None,
        ..rehearsal(text)
    }
}

fn apply(text: Text<'_>) -> ApplyView {
    ApplyView {
        to: href(text, "/strategy/drafts/1/apply"),
        replaces: text("b41f9c"),
        says: text("It replaces b41f9c for every signal from now on."),
    }
}

pub(crate) fn draft(text: Text<'_>) -> DraftView {
    let file = |path: &str, here, changed, problems| DraftFile {
        path: text(path),
        href: href(text, "/strategy/drafts/1?file=a"),
        here,
        changed,
        problems,
    };
    DraftView {
        title: text("draft-77c2aa0113f09b4e"),
        says: text("Saved 14:20 by u-9f21c0, from b41f9c."),
        state: (text("1 error, 2 warnings"), Tone::Bad),
        csrf: text("c0ffee"),
        files: vec![file("routing.yaml", true, true, 1), file("team.csv", false, false, 0)],
        open: Some(OpenFile {
            path: text("routing.yaml"),
            text: Some(text("routes:\n  - { route: Nordics }\n")),
            save: href(text, "/strategy/drafts/1/save"),
        }),
        problems: vec![ProblemRow {
            severity: (text("error"), Tone::Bad),
            code: text("route-gap"),
            place: text("routing.yaml:41:29"),
            href: href(text, "/strategy/drafts/1?file=a#text"),
            message: text("leads from Iceland reach no owner"),
            line: Some((
                text("  - { route: Nordics, when: account.country in nordics }"),
                text("       ^^^^^"),
            )),
            help: Some(text("add IS to lists/nordics.csv")),
            example: Some(text("a lead with country IS")),
        }],
        more_problems: 2,
        changes: vec![(text("routing.yaml"), vec![text("routes `Nordics`: `a` became `b`")])],
        more_changes: 4,
        apply: Some(apply(text)),
        rehearse: Some(href(text, "/rehearsals?strategy=draft-1")),
        discard: href(text, "/strategy/drafts/1/discard"),
    }
}

pub(crate) fn version(text: Text<'_>) -> VersionPage {
    VersionPage {
        title: text("7e02aa"),
        says: text("In force since Monday by operator."),
        csrf: text("c0ffee"),
        in_force: false,
        changes: vec![(text("sla.yaml"), vec![text("hot.accept.within: `1h` became `2h`")])],
        more_changes: 1,
        back: Some(apply(text)),
        version: text("7e02aa"),
        draft: Some(href(text, "/strategy/drafts")),
    }
}

pub(crate) fn connections(text: Text<'_>) -> ConnectionsView {
    ConnectionsView {
        says: text("1 source, 1 destination: all of them well."),
        csrf: text("c0ffee"),
        sources: vec![SourceView {
            name: text("hubspot"),
            kind: text("webhook"),
            health: (text("some held"), Tone::Look),
            last: Some(when(text, "14:29")),
            accepted: 4_246,
            duplicates: 69,
            held: vec![(text("It is no number"), 3, href(text, "/quarantine?cause=a"))],
        }],
        since: Some(when(text, "22 Aug")),
        destinations: vec![DestinationView {
            name: text("crm"),
            kind: text("webhook"),
            health: (text("failing"), Tone::Bad),
            last: Some(when(text, "14:28")),
            open: 2,
            error: Some((text("The destination refused it, it answered 410"), when(text, "14:29"))),
            test: Some(href(text, "/connections/crm/test")),
        }],
        claims: vec![ClaimView {
            says: text("A field of the person"),
            source: Some(text("hubspot")),
            said: [12, 3, 1, 0],
            handoffs: vec![(text("h-7f3a"), href(text, "/h/h-7f3a"))],
        }],
        counting: true,
    }
}

pub(crate) fn no_connections(text: Text<'_>) -> ConnectionsView {
    ConnectionsView {
        sources: Vec::new(),
        since: None,
        destinations: Vec::new(),
        claims: Vec::new(),
        counting: false,
        ..connections(text)
    }
}

pub(crate) fn identity(text: Text<'_>) -> IdentityView {
    let side = || SideView {
        person: text("p-7f3a"),
        name: Some(text("Ada Lovelace")),
        nodes: vec![NodeView {
            id: text("n-02bd"),
            says: text("found by email, phone"),
            account: Some((text("Acme GmbH"), href(text, "/a/a-1"))),
        }],
    };
    IdentityView {
        says: text("1 pair who may be one person."),
        csrf: text("c0ffee"),
        to: href(text, "/identity"),
        reasons: vec![choice(text, "bad-data", "The data is wrong")],
        preview: Some(PreviewView {
            says: text("p-7f3a and p-02bd are one person: p-7f3a."),
            lines: vec![text("1 node goes from one to the other")],
            fields: vec![("verb", text("join")), ("one", text("p-7f3a"))],
            does: text("Join them"),
        }),
        person: Some(PersonView {
            side: side(),
            merged: vec![(text("p-02bd"), when(text, "12 Nov"))],
        }),
        typed: text("p-7f3a"),
        pairs: vec![PairView {
            since: when(text, "14:20"),
            reasons: vec![text("The source has an id for each")],
            sides: [side(), side()],
        }],
        more: true,
    }
}

pub(crate) fn nobody_waits(text: Text<'_>) -> IdentityView {
    IdentityView { preview: None, person: None, pairs: Vec::new(), more: false, ..identity(text) }
}
