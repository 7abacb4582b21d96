//! The pulse, the list behind a number, the team, campaigns and a ledger.

use pages::campaigns::{CampaignRow, CampaignsView, LeadRow, LeadsView, ReturnsView};
use pages::charts::{Bar, Mark, Stage};
use pages::counted::{CountedRow, CountedView};
use pages::ledger::{LedgerLineView, LedgerPool, LedgerView};
use pages::parts::{Door, Narrowed, ShareView, Tab, Tone, Verdict};
use pages::pulse::{
    BreakdownRow, BreakdownView, NeedView, PulseView, ReasonView, RefusalsView, TargetView,
    TimesView,
};
use pages::team::{AwayView, LineView, TeamMember, TeamView};

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
        accepted: share(text, Verdict::Same),
        needs: needs(text),
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

fn needs(text: Text<'_>) -> Vec<NeedView> {
    vec![NeedView {
        what: (text("4 breached"), Tone::Bad),
        says: text("still open after a target was missed"),
        href: href(text, "/pulse/handoffs?count=breached-open"),
        verb: text("Open"),
    }]
}

pub(crate) fn team(text: Text<'_>) -> TeamView {
    let member = |name: &str, tone, late| TeamMember {
        name: text(name),
        team: text("Team of R. Okada"),
        now: (text("available"), tone),
        until: text("until 17:30"),
        open: (door(text, 12), Some(18)),
        caps: text("at most a day 6"),
        waiting: door(text, 3),
        late: door(text, late),
        escalated: door(text, 1),
        stalled: door(text, 0),
        accepted: share(text, Verdict::Same),
    };
    TeamView {
        title: text("Team of R. Okada"),
        says: text("6 members, 3 can take a lead now."),
        behind: None,
        teams: vec![tab(text, "All teams", false), tab(text, "Team of R. Okada", true)],
        needs: needs(text),
        accepted: share(text, Verdict::Same),
        members: vec![member("Jana Lindt", Tone::Look, 2), member("Anna Keller", Tone::Good, 0)],
        lines: vec![LineView {
            pool: text("dach"),
            href: href(text, "/desk?pool=dach"),
            count: 3,
            since: when(text, "13:38"),
        }],
        away: vec![AwayView {
            name: text("Mia Brandt"),
            why: text("on leave"),
            until: Some(when(text, "Mon 08:00")),
            open: door(text, 9),
        }],
    }
}

pub(crate) fn campaigns(text: Text<'_>) -> CampaignsView {
    let row = |name: &str, here| CampaignRow {
        name: text(name),
        href: Some(href(text, "/campaigns?campaign=Autumn")),
        here,
        leads: door(text, 412),
        waiting: door(text, 9),
        accepted: share(text, Verdict::Better),
        working: door(text, 118),
        met: door(text, 96),
        won: door(text, 21),
        lost: door(text, 38),
        rejected: door(text, 82),
        recycled: door(text, 48),
        touch_ms: Some(2_280_000),
    };
    let lead = |name: &str, tone, state: &str| LeadRow {
        href: Some(href(text, "/h/h-7f3a")),
        name: text(name),
        company: text("Nordwind Energie"),
        state: (text(state), tone),
        says: text("Rui Chen; rejected by Rui Chen: wrong territory"),
    };
    let step = |name: &str, count| Stage {
        name: text(name),
        count,
        share: String::new(),
        href: Some(href(text, "/pulse/handoffs?count=recycled")),
    };
    let pulse = pulse(text);
    CampaignsView {
        says: text("Handoffs that began from 22 Aug to now, against the 90 days before."),
        behind: Some(text("Campaign and asset of 12 handoffs are not read yet.")),
        periods: vec![tab(text, "90 days", true)],
        by: vec![tab(text, "Campaign", true), tab(text, "Source", false)],
        narrowed: narrowed(text),
        first: "Campaign",
        rows: vec![row("Autumn", true), row("Fair", false)],
        accepted: share(text, Verdict::Same),
        more: 2,
        csv: href(text, "/pulse/csv?by=campaign"),
        leads: LeadsView {
            title: text("Autumn"),
            rows: vec![
                lead("Luis Ortega", Tone::Look, "offered"),
                lead("Jan Hasler", Tone::Bad, "rejected"),
            ],
            all: door(text, 412),
            rejected: door(text, 82),
        },
        refusals: pulse.refusals,
        returns: ReturnsView {
            all: door(text, 48),
            steps: vec![step("may be back", 2), step("from 30 Nov", 14)],
        },
        touch: times(text),
    }
}

pub(crate) fn ledger(text: Text<'_>) -> LedgerView {
    let line = |what: &str, change, after| LedgerLineView {
        when: when(text, "13:38"),
        what: text(what),
        says: text("Nordwind Energie"),
        href: Some(href(text, "/h/h-7f3a")),
        pool: text("dach"),
        change,
        after,
    };
    LedgerView {
        title: text("My ledger"),
        says: text("24 leads received, 0.6 owed, 12 handoffs open."),
        pools: vec![LedgerPool {
            name: text("dach"),
            href: href(text, "/desk?pool=dach"),
            received: 24,
            owed: 0.6,
            next: text("Can get a lead now."),
        }],
        lines: vec![line("received Luis Ortega", -0.75, 0.6), line("credit", 1.0, 1.35)],
        before: vec![(text("dach"), 0.35)],
        more: true,
    }
}
