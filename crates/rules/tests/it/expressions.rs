//! Conditions: what they say of a lead, in three values, and what is refused at its place.

use domain::{Span, Value};
use rules::Truth;
use rust_decimal::Decimal;

use crate::folder::{Lead, folder, lead};

const NO: Truth = Truth::No;
const YES: Truth = Truth::Yes;
const UNKNOWN: Truth = Truth::Unknown;

/// What a condition says of a lead, by comparisons and by itself.
#[track_caller]
fn check(condition: &str, lead: &Lead, expected: Truth) {
    let strategy = folder().when(condition).strategy();
    let when = strategy.routing.routes[0].when.as_ref().expect("it has one");
    let frame = lead.frame(&strategy);
    assert_eq!(when.holds(lead), expected, "{condition}");
    assert_eq!(when.holds_in(&frame), expected, "{condition}, by comparisons");
}

fn acme() -> Lead {
    lead()
        .with("account.industry", "energy")
        .with("account.country", "DE")
        .with("account.employees", 1200)
        .with("account.rate", Value::Decimal(Decimal::new(125, 2)))
        .with("account.customer", true)
        .with("account.paused", false)
        .with("account.since", Value::Moment("2026-01-01T00:00:00Z".parse().expect("a moment")))
        .with("person.title", "VP Energy")
        .worth("account.pipeline", 250_000, "EUR")
        .tagged(&["vip", "do-not-route"])
}

#[test]
fn fields_compare_with_what_is_written_out() {
    let lead = acme();
    check(r#"account.industry == "energy""#, &lead, YES);
    check(r#"account.industry != "energy""#, &lead, NO);
    check(r#""energy" == account.industry"#, &lead, YES);
    check("account.employees >= 1200", &lead, YES);
    check("1200 > account.employees", &lead, NO);
    check("account.rate > 1.2 && account.rate < 1.3", &lead, YES);
    check("account.customer", &lead, YES);
    check("account.customer == false", &lead, NO);
    check("account.paused != true", &lead, YES);
    check("!account.paused", &lead, YES);
    check("account.employees == -1200 * -1", &lead, YES);
    check("(account.employees + 300) / 2 == 750", &lead, YES);
    check(r#"account.employees > 500 ? account.industry == "energy" : false"#, &lead, YES);
    check("true", &lead, YES);
}

#[test]
fn texts_and_lists() {
    let lead = acme();
    check("account.country in dach", &lead, YES);
    check(r#"account.country in ["FR", "IT"]"#, &lead, NO);
    check("account.employees in [1, 1200]", &lead, YES);
    check(r#""vip" in account.tags"#, &lead, YES);
    check(r#""other" in account.tags"#, &lead, NO);
    check("size(account.tags) == 2", &lead, YES);
    check(r#"person.title.startsWith("VP")"#, &lead, YES);
    check(r#"person.title.endsWith("energy")"#, &lead, NO);
    check(r#"person.title.lower().endsWith("energy")"#, &lead, YES);
    check(r#"person.title.contains("P E")"#, &lead, YES);
    check(r#"person.title.matches(r"^VP\s")"#, &lead, YES);
    check(r#"person.title.matches("^VP\\s")"#, &lead, YES);
    check("size(person.title) == 9", &lead, YES);
}

#[test]
fn what_is_unknown_neither_matches_nor_fails() {
    let lead = acme();
    check("account.size > 5", &lead, UNKNOWN);
    check("!(account.size > 5)", &lead, UNKNOWN);
    check("account.size > 5 && account.paused", &lead, NO);
    check("account.size > 5 || account.customer", &lead, YES);
    check("account.size > 5 && account.customer", &lead, UNKNOWN);
    check("has(account.size)", &lead, NO);
    check("has(account.employees)", &lead, YES);
    check("has(account.size) && account.size > 5", &lead, NO);
    check("orElse(account.size, 7) > 5", &lead, YES);
    check(r#"account.region in ["x"]"#, &lead, UNKNOWN);
    check("account.region in dach", &lead, UNKNOWN);
    check(r#""x" in account.labels"#, &lead, UNKNOWN);
    check("account.size > 5 ? true : false", &lead, UNKNOWN);
    check("account.unheard_of", &lead, UNKNOWN);
    check("consent.email == false", &lead, UNKNOWN);
}

#[test]
fn p3_no_arithmetic_fails() {
    let lead = acme().with("account.most", Value::Decimal(Decimal::MAX)).with("account.none", 0);
    check("account.employees / account.none > 1", &lead, UNKNOWN);
    check("account.most * account.most > 1", &lead, UNKNOWN);
    check("account.most + account.most > 1", &lead, UNKNOWN);
    check(r#"now - account.since > "36500d""#, &lead, NO);
    let odd = lead.with("account.industry", 5);
    check(r#"account.industry == "energy""#, &odd, UNKNOWN);
}

#[test]
fn money_compares_within_a_currency() {
    let lead = acme();
    check(r#"account.pipeline >= money("250000", "EUR")"#, &lead, YES);
    check(r#"money(account.pipeline) > money(250000, "EUR")"#, &lead, NO);
    check(r#"account.pipeline > money("1", "USD")"#, &lead, UNKNOWN);
    check(r#"account.pipeline * 2 == money("500000", "EUR")"#, &lead, YES);
}

#[test]
fn moments_and_lengths_of_time() {
    let lead = acme();
    check(r#"now - account.since > "30d""#, &lead, YES);
    check(r#"account.since < now - "30d""#, &lead, YES);
    check(r#"account.since < "2026-06-01""#, &lead, YES);
    check(r#"account.since == "2026-01-01T01:00:00+01:00""#, &lead, YES);
    check(r#"now > "2026-11-20T12:00:00Z""#, &lead, NO);
}

#[test]
fn signals_are_counted_within_their_window() {
    let hour = Span::HOUR;
    let day = Span::DAY;
    let lead = lead()
        .did("page.viewed", Span::ZERO, &[("path", "/pricing")])
        .did("page.viewed", hour, &[("path", "/blog")])
        .did("page.viewed", day, &[("path", "/pricing/eu")])
        .did("page.viewed", Span(-1), &[("path", "/pricing")])
        .did("email.clicked", day + hour, &[("campaign", "spring")]);
    check(r#"count("page.viewed") == 3"#, &lead, YES);
    // A window is later than its beginning, up to and including now.
    check(r#"count("page.viewed", "1d") == 2"#, &lead, YES);
    check(r#"count("page.viewed", "25h") == 3"#, &lead, YES);
    check(r#"count("page.viewed", "7d", signal.path.startsWith("/pricing")) == 2"#, &lead, YES);
    check(r#"count("page.viewed", signal.path == "/blog") == 1"#, &lead, YES);
    check(r#"seen("email.clicked", "1d")"#, &lead, NO);
    check(r#"seen("email.clicked", "2d")"#, &lead, YES);
    check(r#"last("email.clicked").campaign == "spring""#, &lead, YES);
    check(r#"last("email.opened").campaign == "spring""#, &lead, UNKNOWN);
    check(r#"has(last("email.opened").campaign)"#, &lead, NO);
    check(r#"last("email.clicked").moment < now - "1d""#, &lead, YES);
}

#[test]
fn a_condition_says_what_it_looked_at() {
    let lead = acme().did("page.viewed", Span::HOUR, &[]);
    let says = |condition: &str| {
        let strategy = folder().when(condition).strategy();
        strategy.routing.routes[0].when.as_ref().expect("it has one").explain(&lead).join(", ")
    };
    assert_eq!(
        says(r#"account.industry == "energy" && account.country in dach"#),
        "industry = energy, country = DE"
    );
    assert_eq!(says("account.size > 5 && !account.paused"), "size unknown, no paused");
    assert_eq!(says(r#"count("page.viewed", "7d") > 2"#), "page.viewed once in 7d");
    assert_eq!(says("account.customer && score.total > 1"), "customer, score total unknown");
}

/// What is told of a condition: the code, and what the carets stand under.
#[track_caller]
fn refused(condition: &str, code: &str, marked: &str, help: &str) {
    let compiled = folder().when(condition).compile();
    let list = compiled.diagnostics.list();
    let Some(first) = list.first() else { panic!("{condition} is accepted") };
    assert_eq!(first.code, code, "{condition}: {}", first.message);
    assert_eq!(compiled.sources.slice(first.span), marked, "{condition}: {}", first.message);
    let helped = first.help.as_deref().unwrap_or("");
    assert!(helped.contains(help), "{condition}: {helped}");
    assert!(compiled.strategy.is_none());
}

#[test]
fn y4_an_unknown_name_is_told_with_the_nearest() {
    refused("acount.x == 1", "name-unknown", "acount", "`account`");
    refused("account.country in dcah", "name-unknown", "dcah", "`dach`");
    refused("score.totl > 5", "name-unknown", "score.totl", "`score.total`");
    refused("member.region == \"x\"", "name-unknown", "member.region", "members");
    refused("signal.path == \"x\"", "name-unknown", "signal.path", "`lead`");
    refused("account", "expression-syntax", "account", "account.x");
    refused("person.title.startWith(\"VP\")", "function-unknown", "startWith", "`startsWith`");
    refused("sen(\"x\")", "function-unknown", "sen", "`seen`");
}

#[test]
fn what_cannot_be_read_is_told_at_its_place() {
    refused("account.x = 1", "expression-syntax", "=", "==");
    refused("account.x == 1 and account.y", "expression-syntax", "and", "&&");
    refused("account.x == ", "expression-syntax", "", "");
    refused("(account.x == 1", "expression-syntax", "", "");
    refused("account.x == \"open", "expression-syntax", "\"", "");
    refused("account.x == null", "expression-syntax", "null", "has(");
    refused("account.x > 90m", "expression-syntax", "90m", "\"90m\"");
    refused("seen(\"a\", \"3 working days\")", "expression-syntax", "\"3 working days\"", "7d");
    refused("account.x == “a”", "expression-syntax", "“", "straight quotes");
    refused("person.title.matches(\"(?=x)\")", "pattern-refused", "\"(?=x)\"", "linear");
    refused(
        "person.title.matches(\"(a{1,1000}){1,1000}\")",
        "pattern-refused",
        "\"(a{1,1000}){1,1000}\"",
        "",
    );
}

#[test]
fn types_must_fit() {
    refused("account.x == 1 && account.x == \"1\"", "expression-type", "\"1\"", "1 without quotes");
    refused("score.total > \"60\"", "expression-type", "\"60\"", "60 without quotes");
    refused("account.x + 1", "expression-type", "account.x + 1", "");
    refused("account.x < \"b\"", "expression-type", "\"b\"", "");
    refused("account.country in \"DE\"", "expression-type", "\"DE\"", "[\"DE\"");
    refused("account.x in dach && account.x > 5", "expression-type", "5", "");
    refused("has(1)", "expression-type", "1", "has(account");
    refused("consent.email == \"yes\"", "expression-type", "\"yes\"", "");
    refused("account.p > money(\"1\", \"EUR\") && account.p > 5", "expression-type", "5", "money(");
}

#[test]
fn a_caret_stands_under_the_token_in_a_quoted_scalar() {
    let drawn = folder().when("account.industry == 'energy' && acount.x == 1").drawn();
    assert_eq!(
        drawn,
        "error[name-unknown]: `acount` is not known\n  ┌─ routing.yaml:2:62\n\
         2 │   - { route: probe, when: 'account.industry == ''energy'' && acount.x == 1', to: { hold:…\n  \
         │                                                              ^^^^^^\n  \
         = help: did you mean `account`?\n"
    );
}

/// While an owner is looked for there is none, and a fence is asked before there is a handoff.
#[test]
fn found_a1_routes_and_fences_do_not_ask_of_the_handoff() {
    for name in ["handoff.kind", "handoff.state", "handoff.sla", "handoff.owner", "owner.region"] {
        let condition = format!("{name} == \"x\"");
        refused(&condition, "name-unknown", name, "readiness.yaml");
        let fence = format!("strategy: x\nfences:\n  - {{ when: '{condition}', then: review }}\n");
        let told = folder().with("strategy.yaml", fence).told();
        assert_eq!(told, ["name-unknown strategy.yaml:3:14"], "{name}");
        let to = format!(
            "routes:\n  - {{ route: probe, to: {{ person: {name} }} }}\n  \
             - {{ route: all, to: {{ queue: q }} }}\nqueues:\n  q: {{ owner: a.keller, within: 2h }}\n"
        );
        let told = folder().with("routing.yaml", to).told();
        assert_eq!(told, ["name-unknown routing.yaml:2:35"], "{name}");
    }
}
