//! Whatever stands in a folder, compiling ends and says something.

use proptest::prelude::*;

use crate::folder::{folder, lead};

/// Pieces of expressions, some of which make sense together.
const PIECES: [&str; 46] = [
    "account.a",
    "account.b",
    "person.t",
    "score.total",
    "consent.email",
    "lead.kind",
    "now",
    "dach",
    "true",
    "false",
    "1",
    "0",
    "2.5",
    "\"x\"",
    "\"7d\"",
    "'y'",
    "==",
    "!=",
    "<",
    "<=",
    ">",
    ">=",
    "&&",
    "||",
    "!",
    "in",
    "+",
    "-",
    "*",
    "/",
    "?",
    ":",
    "(",
    ")",
    "[",
    "]",
    ",",
    ".",
    "has(",
    "count(",
    "seen(",
    "last(",
    "orElse(",
    ".startsWith(",
    ".matches(",
    "money(",
];

proptest! {
    #![proptest_config(ProptestConfig { cases: 500, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn no_expression_panics(pieces in prop::collection::vec(0..PIECES.len(), 1..14)) {
        let text: Vec<&str> = pieces.iter().map(|at| PIECES[*at]).collect();
        let compiled = folder().when(&text.join(" ")).compile();
        prop_assert_eq!(compiled.strategy.is_some(), compiled.diagnostics.errors() == 0);
        for diagnostic in compiled.diagnostics.list() {
            notation::draw(&compiled.sources, diagnostic);
        }
        if let Some(strategy) = compiled.strategy {
            let lead = lead().with("account.a", 5).with("account.b", "x").with("person.t", true);
            let when = strategy.routing.routes[0].when.as_ref().expect("it has one");
            let fast = when.holds_in(&lead.frame(&strategy));
            prop_assert_eq!(when.holds(&lead), fast, "{}", when.text());
            when.explain(&lead);
        }
    }

    #[test]
    fn no_text_in_a_condition_panics(text in "\\PC{0,40}") {
        folder().when(&text).compile();
    }

    #[test]
    fn no_bytes_in_a_file_panic(
        file in prop::sample::select(vec![
            "strategy.yaml", "scoring.yaml", "readiness.yaml", "routing.yaml", "team.csv", "sla.yaml",
            "lists/dach.csv", "calendars/berlin.yaml", "territories.csv", "named_accounts.csv",
            "destinations.yaml", "brief.yaml", "contracts/a.yaml", "playbooks/a.md",
        ]),
        bytes in prop::collection::vec(any::<u8>(), 0..60),
        text in "[-a-z:{}\\[\\],'\"0-9 \n#&*!|>.]{0,80}",
    ) {
        folder().with(file, bytes).compile();
        folder().with(file, text).compile();
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 150, failure_persistence: None, ..ProptestConfig::default() })]

    /// A whole strategy, with a stretch of one file taken out, changed or put in.
    #[test]
    fn no_damage_to_a_strategy_panics(
        file in any::<prop::sample::Index>(),
        from in any::<prop::sample::Index>(),
        length in 0..40_usize,
        instead in "[-a-z:{}\\[\\],'\"0-9 \n#&*!|>.é]{0,12}",
    ) {
        let mut files = crate::examples::files("acme");
        let name = file.get(&files.keys().cloned().collect::<Vec<_>>()).clone();
        let bytes = files.get_mut(&name).expect("it is there");
        let from = from.index(bytes.len());
        let to = (from + length).min(bytes.len());
        bytes.splice(from..to, instead.bytes());
        let compiled = rules::compile(&rules::Files(files));
        prop_assert_eq!(compiled.strategy.is_some(), compiled.diagnostics.errors() == 0);
        for diagnostic in compiled.diagnostics.list() {
            notation::draw(&compiled.sources, diagnostic);
        }
    }
}

#[test]
fn depth_and_size_are_bounded() {
    for (condition, code) in [
        ("(".repeat(5_000) + "true", "expression-too-large"),
        ("!".repeat(5_000) + "true", "expression-too-large"),
        (format!("1{} == 1", " + 1".repeat(1_000)), "expression-too-large"),
        (format!("true{}", " == true".repeat(1_000)), "expression-too-large"),
        (format!("[{}] == 1", "1, ".repeat(5_000)), "expression-too-large"),
        ("x".repeat(20_000), "expression-too-large"),
        (format!("true{}", " ? true : true".repeat(1_000)), "expression-too-large"),
    ] {
        let told = folder().when(&condition).told();
        assert!(told[0].starts_with(code), "{told:?}");
    }
    let wide = format!("true{}", " && account.a".repeat(900));
    assert!(folder().when(&wide).compile().strategy.is_some());
}
