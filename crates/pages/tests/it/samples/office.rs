//! What RevOps work with: imports.

use pages::import::{
    CausedHandoffView, CausedView, ImportDeeds, ImportView, LookRow, LookView, OddView,
};
use pages::import_undo::{ImportUndoView, UndoneView};
use pages::imports::{ImportRow, ImportsView};
use pages::parts::{Choice, FigureView, ProgressView, Tone};

use super::{Text, href, when};

fn maps(text: Text<'_>) -> Vec<Choice> {
    let map = |value: &str, says: &str| Choice { value: text(value), says: text(says) };
    vec![
        map("", "the one that fits the file"),
        map("maps/postbote.yaml", "maps/postbote.yaml — a map of the strategy"),
        map("hubspot-contacts", "hubspot-contacts — contacts exported from HubSpot"),
    ]
}

pub(crate) fn imports(text: Text<'_>) -> ImportsView {
    let row = |files: &str, state: &str, tone, rows| ImportRow {
        files: text(files),
        says: text("source postbote, map postbote.yaml"),
        href: href(text, "/imports/i-1"),
        state: (text(state), tone),
        when: when(text, "14:29"),
        by: text("u-9f21c0"),
        rows,
    };
    ImportsView {
        says: text("4 imports, one is under way."),
        csrf: text("c0ffee"),
        upload: href(text, "/imports"),
        most: text("8 MiB"),
        maps: maps(text),
        chosen: text("maps/postbote.yaml"),
        refused: Some((
            text("The header of leads.csv lacks the column mail."),
            vec![text("It has: Name, Firma, E-Mail.")],
        )),
        rows: vec![
            row("leads.csv", "uploaded, not imported", Tone::Look, None),
            row("postbote-touches.csv", "under way", Tone::Trial, None),
            row(
                "crm.csv and 2 more",
                "complete",
                Tone::Good,
                Some([1_240_000, 806_000, 24_531, 57]),
            ),
        ],
        next: Some(href(text, "/imports?after=i-1")),
    }
}

pub(crate) fn no_imports(text: Text<'_>) -> ImportsView {
    ImportsView { refused: None, rows: Vec::new(), next: None, ..imports(text) }
}

pub(crate) fn import(text: Text<'_>) -> ImportView {
    let column = |name: &str, what: &str| (text(name), text(what));
    let cell = |says: &str| Some(text(says));
    ImportView {
        title: text("postbote-touches.csv"),
        says: text("Read by the map maps/postbote.yaml, 412 KiB. Nothing of it is written yet."),
        state: (text("not imported"), Tone::Look),
        id: text("i-3fd15qk7wc28v0ab"),
        csrf: text("c0ffee"),
        deeds: ImportDeeds {
            start: Some((href(text, "/imports/i-1/start"), text("Import 1,240 rows"))),
            stop: None,
            discard: Some(href(text, "/imports/i-1/discard")),
            map: Some((href(text, "/imports/i-1/map"), maps(text), text("hubspot-contacts"))),
            undo: Some((href(text, "/imports/i-1/undo"), text("Take back…"))),
        },
        failed: Some(text("It was stopped; started again it goes on.")),
        progress: None,
        figures: Vec::new(),
        look: Some(LookView {
            columns: vec![
                column("time", "in UTC"),
                column("email", "whose it is"),
                column("account.employees", "field"),
            ],
            rows: vec![
                LookRow {
                    line: 2,
                    cells: vec![
                        cell("2026-09-01T06:14:00Z"),
                        cell("k.vogt@nordwind.example"),
                        cell("2000"),
                    ],
                    faults: Vec::new(),
                },
                LookRow {
                    line: 3,
                    cells: vec![None, cell("s.rossi@emiliana.example"), None],
                    faults: vec![(text("held: employees “ca. 300” · map it as text"), Tone::Bad)],
                },
            ],
            more: 4,
            odd: vec![OddView {
                rows: 3,
                says: text("sent_at: dates in the future"),
                at: text("first in line 214, “11 March 2027”"),
            }],
            unread: vec![text("region"), text("notes")],
            says: text("dry run of 1,240 rows: 1,209 can be taken, 31 would be held"),
        }),
        unread: Some((
            text("The header lacks the column mail."),
            vec![text("It has: Name, E-Mail.")],
        )),
        caused: Some(CausedView {
            figures: vec![(text("Signals"), 781_412), (text("People"), 2_190)],
            handoffs: vec![CausedHandoffView {
                href: href(text, "/h/h-7f3a"),
                id: text("h-7f3a"),
                state: text("offered"),
                owner: text("a.keller"),
            }],
            more: 5,
        }),
        undone: Some(undone(text)),
    }
}

fn undone(text: Text<'_>) -> UndoneView {
    UndoneView {
        goes: vec![(text("Signals that count no more"), 781_412), (text("Handoffs withdrawn"), 31)],
        stays: vec![(text("Handoffs that somebody works"), 4)],
    }
}

pub(crate) fn import_undo(text: Text<'_>) -> ImportUndoView {
    ImportUndoView {
        title: text("postbote-touches.csv"),
        id: text("i-3fd15qk7wc28v0ab"),
        csrf: text("c0ffee"),
        would: undone(text),
        with_consents: false,
        other: href(text, "/imports/i-1/undo?consents=yes"),
        to: href(text, "/imports/i-1/undo"),
        back: href(text, "/imports/i-1"),
    }
}

pub(crate) fn import_runs(text: Text<'_>) -> ImportView {
    let figure = |name: &str, count, says: &str| FigureView::count(&text(name), count, text(says));
    ImportView {
        state: (text("under way"), Tone::Trial),
        deeds: ImportDeeds {
            stop: Some(href(text, "/imports/i-1/stop")),
            ..ImportDeeds::default()
        },
        progress: Some(ProgressView {
            says: text("About 50 s left"),
            pace: text("at 8,650 rows a second"),
            percent: 65,
            again: href(text, "/imports/i-1"),
        }),
        figures: vec![
            figure("Read", 806_000, "rows"),
            figure("Accepted", 781_412, "in the journal"),
            figure("Held", 57, "4 causes")
                .toned(Tone::Look)
                .opening(Some(href(text, "/quarantine"))),
        ],
        failed: None,
        look: None,
        unread: None,
        ..import(text)
    }
}
