//! The pulse and the list behind a number.

use pages::charts::{Bar, Mark, Stage};
use pages::counted::{CountedRow, CountedView};
use pages::parts::{Door, Narrowed, ShareView, Tab, Tone, Verdict};
use pages::pulse::{
    BreakdownRow, BreakdownView, NeedView, PulseView, ReasonView, RefusalsView, TargetView,
    TimesView,
};

use super::{Text, href, when};

fn door(text: Text<'_>, count: u64) -> Door {
    Door { count, href: Some(href(text, "/pulse/handoffs?count=leads")) }
}

fn share(text: Text<'_>, verdict: Verdict) -> ShareView {
    ShareView { part: door(text, 321), of: door(text, 403), before: (275, 386), verdict }
}

fn tab(text: Text<'_>, name: &str, here: bool) -> Tab {
    Tab { name: text(name), href: href(text, "/pulse?days=30"), here }
}

fn narrowed(text: Text<'_>) -> Vec<Narrowed> {
    vec![Narrowed { says: text("campaign Autumn"), without: href(text, "/pulse?days=30") }]
}

pub(crate) fn pulse(text: Text<'_>) -> PulseView {
    let stage = |name: &str, count: u64| Stage {
        name: text(name),
        count,
        share: text("85.7 %"),
        href: Some(href(text, "/pulse/handoffs?count=accepted")),
    };
    let row = |name: &str, verdict| BreakdownRow {
        name: text(name),
        href: Some(href(text, "/pulse?campaign=Autumn")),
        leads: door(text, 412),
        leads_before: 386,
        accepted: share(text, verdict),
        in_time: share(text, verdict),
        touched: share(text, verdict),
        met: door(text, 96),
        won: door(text, 21),
        rejected: door(text, 82),
    };
    PulseView {
        says: text("Handoffs that began from 1 Nov to now, against the 30 days before."),
        behind: Some(text("The figures are being counted.")),
        periods: vec![tab(text, "Today", false), tab(text, "30 days", true)],
        narrowed: narrowed(text),
        funnel: ["Signals", "Leads", "Routed", "Accepted", "Won"]
            .iter()
            .zip([184_210, 1_312, 1_305, 1_118, 57])
            .map(|(name, count)| stage(name, count))
            .collect(),
        unrouted: vec![(text("held"), door(text, 4)), (text("queued"), door(text, 3))],
        needs: vec![NeedView {
            what: (text("4 breached"), Tone::Bad),
            says: text("still open after a target was missed"),
            href: href(text, "/pulse/handoffs?count=breached-open"),
            verb: text("Open"),
        }],
        times: vec![times(text)],
        targets: vec![TargetView {
            title: text("Accepted in time"),
            share: share(text, Verdict::Better),
            late: door(text, 16),
            line: vec![Some(0.9), None, Some(0.94), Some(0.96)],
        }],
        refusals: RefusalsView {
            all: door(text, 82),
            reasons: vec![ReasonView {
                name: text("bad fit"),
                count: door(text, 60),
                said: vec![(text("R. Chen"), door(text, 41))],
                others: 19,
            }],
        },
        table: BreakdownView {
            by: vec![tab(text, "Team", false), tab(text, "Campaign", true)],
            first: "Campaign",
            rows: vec![row("Autumn", Verdict::Better), row("Fair", Verdict::TooFew)],
            more: 3,
            csv: href(text, "/pulse/csv?days=30"),
        },
    }
}

fn times(text: Text<'_>) -> TimesView {
    let bar = |from_ms, below_ms, count| Bar {
        from_ms,
        below_ms,
        count,
        href: Some(href(text, "/pulse/handoffs?took=route:0:500")),
    };
    TimesView {
        title: text("Time to route"),
        says: text("from the signal to a person"),
        all: door(text, 1_305),
        bars: vec![bar(100, 500, 610), bar(500, 1_000, 520), bar(1_000, 10_000, 175)],
        marks: vec![Mark { percent: 50, ms: 400 }, Mark { percent: 99, ms: 1_600 }],
        before_ms: Some(520),
    }
}

pub(crate) fn counted(text: Text<'_>) -> CountedView {
    CountedView {
        title: text("Rejected"),
        says: text("82 handoffs, newest first."),
        narrowed: narrowed(text),
        back: href(text, "/pulse?days=30"),
        csv: href(text, "/pulse/handoffs/csv?count=rejected"),
        rows: vec![CountedRow {
            href: Some(href(text, "/h/h-7f3a")),
            name: text("Jan Hasler"),
            company: text("Hasler Lifttechnik"),
            state: (text("offered"), Tone::Look),
            state_says: text("rejected by Rui Chen: wrong territory"),
            owner: text("Anna Keller"),
            pool: text("dach"),
            from: text("web"),
            campaign: text("Autumn"),
            opened: when(text, "12 Nov"),
            changed: when(text, "13:38"),
        }],
        next: Some(href(text, "/pulse/handoffs?cursor=12")),
    }
}
