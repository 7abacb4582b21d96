//! Scores: each point has its rule, its signals and its moment.

use domain::fact::{Score, ScoreGroup};
use domain::{Moment, Span};

use crate::folder::{Lead, folder, lead};

fn score(yaml: &str, lead: &Lead) -> Score {
    let strategy = folder().with("scoring.yaml", yaml).strategy();
    let frame = lead.frame(&strategy);
    strategy.scoring.score(&frame)
}

/// The parts of a score as `group rule points`, in hundredths; they add up.
#[track_caller]
fn check(yaml: &str, lead: &Lead, expected: &[(ScoreGroup, Option<u16>, i32)]) {
    let score = score(yaml, lead);
    let parts: Vec<_> =
        score.contributions.iter().map(|part| (part.group, part.rule, part.points)).collect();
    assert_eq!(parts, expected);
    assert_eq!(score.total(), score.contributions.iter().map(|part| part.points).sum::<i32>());
}

const FIT: ScoreGroup = ScoreGroup::Fit;
const DOES: ScoreGroup = ScoreGroup::Engagement;

#[test]
fn fit_counts_while_it_holds() {
    let yaml = "fit:\n  points:\n    - { when: account.employees >= 500, points: 20 }\n    \
                - { when: account.country in dach, points: 2.5 }\n    \
                - { when: person.free_mail, points: -12 }\n";
    check(yaml, &lead(), &[]);
    let known = lead().with("account.employees", 500).with("account.country", "AT");
    check(yaml, &known, &[(FIT, Some(0), 2_000), (FIT, Some(1), 250)]);
    let alone = lead().with("person.free_mail", true);
    check(yaml, &alone, &[(FIT, Some(2), -1_200)]);
}

#[test]
fn engagement_fades_continuously() {
    let yaml =
        "engagement:\n  half_life: 14d\n  points:\n    - { signal: form.submitted, points: 15 }\n";
    for (days, expected) in [(0, 1_500), (7, 1_061), (14, 750), (28, 375), (42, 188)] {
        let lead = lead().did("form.submitted", Span::days(days), &[]);
        check(yaml, &lead, &[(DOES, Some(0), expected)]);
    }
    // 15 points fade below half a hundredth and are no contribution any more.
    let long_ago = lead().did("form.submitted", Span::days(14 * 12), &[]);
    check(yaml, &long_ago, &[]);
    let mut later = lead().did("form.submitted", Span::ZERO, &[]);
    later.now = Moment(later.now.0 + Span::hours(5).0);
    // 15 x 2^(-5/336) = 14.8461…
    check(yaml, &later, &[(DOES, Some(0), 1_485)]);
}

#[test]
fn decay_agrees_with_the_power_of_one_half() {
    let yaml = "engagement:\n  half_life: 10d\n  points:\n    - { signal: x, points: 1000 }\n";
    let strategy = folder().with("scoring.yaml", yaml).strategy();
    for step in 0..2_000_i64 {
        let ago = Span(step * 1_234_567_891);
        let lead = lead().did("x", ago, &[]);
        let frame = lead.frame(&strategy);
        let got = strategy.scoring.score(&frame).total();
        let exact = 100_000.0 * 0.5_f64.powf(ago.0 as f64 / Span::days(10).0 as f64);
        assert!((f64::from(got) - exact).abs() <= 0.5001, "{step}: {got} against {exact}");
    }
}

#[test]
fn halves_go_to_the_even_hundredth() {
    let yaml = "engagement:\n  half_life: 1d\n  points:\n    - { signal: one, points: 0.01 }\n    \
                - { signal: two, points: 0.03 }\n    - { signal: three, points: -0.03 }\n";
    let day = Span::DAY;
    let lead = lead().did("one", day, &[]).did("two", day, &[]).did("three", day, &[]);
    // 0.5, 1.5 and -1.5 hundredths.
    check(yaml, &lead, &[(DOES, Some(1), 2), (DOES, Some(2), -2)]);
}

#[test]
fn a_rule_is_bounded_and_so_is_its_group() {
    let yaml = "engagement:\n  cap: 40\n  points:\n    \
                - { signal: page.viewed, where: 'signal.path.startsWith(\"/pricing\")', points: 8, at_most: 24 }\n    \
                - { signal: form.submitted, points: 15 }\n    - { signal: email.unsubscribed, points: -30 }\n";
    let mut viewer = lead();
    for _ in 0..5 {
        viewer = viewer.did("page.viewed", Span::HOUR, &[("path", "/pricing")]);
    }
    viewer = viewer.did("page.viewed", Span::HOUR, &[("path", "/blog")]);
    check(yaml, &viewer, &[(DOES, Some(0), 2_400)]);
    let keen = viewer.did("form.submitted", Span::HOUR, &[]).did("form.submitted", Span::HOUR, &[]);
    check(yaml, &keen, &[(DOES, Some(0), 2_400), (DOES, Some(1), 3_000), (DOES, None, -1_400)]);
    let gone = keen.did("email.unsubscribed", Span::ZERO, &[]);
    check(yaml, &gone, &[(DOES, Some(0), 2_400), (DOES, Some(1), 3_000), (DOES, Some(2), -3_000)]);
}

#[test]
fn each_point_names_its_signals_newest_first() {
    let yaml = "engagement:\n  points:\n    - { signal: form.submitted, points: 15 }\n";
    let lead = lead().did("form.submitted", Span::HOUR, &[]).did("form.submitted", Span::DAY, &[]);
    let score = score(yaml, &lead);
    assert_eq!(score.contributions[0].evidence.len(), 2);
    let newest = domain::SignalId::caused_by(&[b"form.submitted", &0_usize.to_be_bytes()]);
    assert_eq!(score.contributions[0].evidence[0], newest);
}

#[test]
fn a_score_does_not_ask_for_a_score() {
    let told = |yaml: &str| folder().with("scoring.yaml", yaml).told();
    let rule = |rule: &str| format!("fit:\n  points:\n    - {{ {rule} }}\n");
    assert_eq!(told(&rule("when: score.total > 5, points: 1")), ["name-unknown scoring.yaml:3:15"]);
    assert_eq!(told(&rule("points: 1")), ["missing-key scoring.yaml:3:7"]);
    assert_eq!(told(&rule("signal: x, points: 1.234")), ["points-unreadable scoring.yaml:3:28"]);
    assert_eq!(told(&rule("signal: x, point: 1")), ["unknown-key scoring.yaml:3:20"]);
}

#[test]
fn found_e6_a_mail_that_is_opened_three_times_counts_once() {
    let yaml = |rest: &str| {
        format!("engagement:\n  points:\n    - {{ signal: email.opened, points: 3{rest} }}\n")
    };
    let hours = |hours: i64| Span(3_600_000_000 * hours);
    let mut lead = lead();
    for (ago, mail) in [(9, "m1"), (8, "m1"), (7, "m2"), (2, "m1"), (1, "m3")] {
        lead = lead.did("email.opened", hours(ago), &[("mail", mail), ("kind", mail)]);
    }
    check(&yaml(""), &lead, &[(DOES, Some(0), 1_500)]);
    check(&yaml(", once_per: signal.mail"), &lead, &[(DOES, Some(0), 900)]);
    check(&yaml(", once_per: signal.field.kind"), &lead, &[(DOES, Some(0), 900)]);
    // Of what says nothing of it each counts.
    check(&yaml(", once_per: signal.campaign"), &lead, &[(DOES, Some(0), 1_500)]);
    let only = ", where: 'signal.mail == \"m1\"', once_per: signal.mail";
    check(&yaml(only), &lead, &[(DOES, Some(0), 300)]);
    let evidence = score(&yaml(", once_per: signal.mail"), &lead).contributions[0].evidence.len();
    assert_eq!(evidence, 3);
}

#[test]
fn found_e6_a_double_click_is_one_form() {
    let yaml = |once: &str| {
        format!(
            "engagement:\n  points:\n    - {{ signal: form.sent, points: 15, once_per: {once} }}\n"
        )
    };
    let seconds = |seconds: i64| Span(1_000_000 * seconds);
    let mut lead = lead();
    for ago in [7_300, 3_700, 3_600, 2, 1, 0] {
        lead = lead.did("form.sent", seconds(ago), &[]);
    }
    check(&yaml("10s"), &lead, &[(DOES, Some(0), 6_000)]);
    check(&yaml("1h"), &lead, &[(DOES, Some(0), 4_500)]);
    check(&yaml("1d"), &lead, &[(DOES, Some(0), 1_500)]);
}

#[test]
fn found_e6_what_once_per_cannot_be_is_told() {
    let told = |rule: &str| {
        folder().with("scoring.yaml", format!("engagement:\n  points:\n    - {rule}\n")).told()
    };
    for once in ["mail", "signal.", "person.title", "3 working days", "0h", "1000d"] {
        let rule = format!("{{ signal: a, points: 1, once_per: '{once}' }}");
        assert_eq!(told(&rule), ["once-unreadable scoring.yaml:3:41"], "{once}");
    }
    let at_condition = "{ when: 'account.x == \"a\"', points: 1, once_per: 1h }";
    assert_eq!(told(at_condition), ["unknown-key scoring.yaml:3:56"]);
}
