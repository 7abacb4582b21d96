//! The quarantine and the strategy.

use pages::quarantine::{CauseView, HeldDeeds, HeldView, QuarantineView, ShownCause};
use pages::strategy::{
    DraftRow, DraftsView, PoolRow, RuleView, SlaView, StrategyView, VersionView,
};

use super::{Text, href, when};

pub(crate) fn quarantine(text: Text<'_>) -> QuarantineView {
    let cause = |says: &str, about: &str, count, here| CauseView {
        says: text(says),
        about: text(about),
        count,
        href: href(text, "/quarantine?cause=1"),
        here,
    };
    QuarantineView {
        held: 72,
        more: true,
        oldest: Some(when(text, "11:02")),
        causes: vec![
            cause("A required field is missing", "email · web", 42, true),
            cause("It is no number", "employees · form", 17, false),
        ],
        shown: Some(ShownCause {
            title: text("A required field is missing"),
            says: text("The contract wants this field, and the signal does not have it."),
            code: text("field-missing"),
            command: text(
                "baton quarantine repair --cause field-missing --about email --map MAP.yaml --release",
            ),
            entries: vec![HeldView {
                from: text("web, line 812"),
                since: when(text, "11:02"),
                id: text("q-1a2b3c"),
                href: href(text, "/quarantine?entry=q-1a2b3c"),
            }],
            more: 41,
            deeds: Some(HeldDeeds {
                csrf: text("c0ffee"),
                count: 42,
                key: vec![("cause", text("field-missing")), ("field", text("email"))],
                repair: Some((href(text, "/quarantine/repair"), text("email"))),
                release: href(text, "/quarantine/release"),
                discard: href(text, "/quarantine/discard"),
                all: Some(href(text, "/quarantine")),
            }),
        }),
    }
}

pub(crate) fn strategy(text: Text<'_>) -> StrategyView {
    let rule = |name: &str, condition: &str, then: &str| RuleView {
        name: text(name),
        when: text(condition),
        then: text(then),
    };
    StrategyView {
        name: text("Acme"),
        says: text("Version b41f9c, in force since Monday 08:00."),
        readiness: vec![rule("hot", "score >= 60", "hand off, as hot")],
        routes: vec![
            rule("customer", "account.stage == \"customer\"", "the account's owner"),
            rule("Energy DACH", "account.industry == \"energy\"", "pool energy-dach"),
        ],
        pools: vec![PoolRow {
            name: text("energy-dach"),
            members: text("member.skill(\"energy\") >= 2"),
            method: text("in turn by weight"),
            caps: text("12 a day, 40 open"),
        }],
        slas: vec![SlaView {
            name: text("hot"),
            hours: text("the owner"),
            targets: vec![(text("accept"), text("within 1 h"))],
            silence: vec![text("at the breach, tell the manager")],
        }],
        fences: vec![text("A discount above 20 %")],
        versions: vec![VersionView {
            version: text("b41f9c"),
            in_force: true,
            since: when(text, "Mon 08:00"),
            by: text("operator"),
            href: Some(href(text, "/strategy/versions/b41f9c")),
        }],
        drafts: Some(DraftsView {
            csrf: text("c0ffee"),
            begin: href(text, "/strategy/drafts"),
            drafts: vec![DraftRow {
                draft: text("draft-77c2aa01f3"),
                href: href(text, "/strategy/drafts/draft-77c2aa01f3"),
                saved: when(text, "14:20"),
                by: text("u-9f21c0"),
            }],
        }),
    }
}
