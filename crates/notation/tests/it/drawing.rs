//! A diagnostic as it is drawn.

use notation::{Diagnostic, Sources, Span, draw, nearest};

#[track_caller]
fn check(text: &str, word: &str, make: impl Fn(Span) -> Diagnostic, expected: &str) {
    let mut sources = Sources::new();
    let file = sources.add("routing.yaml", text.to_owned());
    let start = text.find(word).expect("the word is there");
    let diagnostic = make(Span::of(file, start..start + word.len()));
    assert_eq!(draw(&sources, &diagnostic), expected);
}

#[test]
fn carets_stand_under_what_is_meant() {
    let text = "routes:\n  - { route: Nordics, when: account.country in nordics }\n";
    check(
        text,
        "account.country in nordics",
        |span| {
            Diagnostic::error("route-gap", span, "leads from Iceland reach no owner")
                .label("`nordics` has SE, NO, DK, FI")
                .example("a lead with country IS, employees 120, score 74")
                .help("add IS to lists/nordics.csv, or end the table with a catch-all")
        },
        "error[route-gap]: leads from Iceland reach no owner\n  ┌─ routing.yaml:2:29\n\
         2 │   - { route: Nordics, when: account.country in nordics }\n  \
         │                             ^^^^^^^^^^^^^^^^^^^^^^^^^^ `nordics` has SE, NO, DK, FI\n  \
         = example: a lead with country IS, employees 120, score 74\n  \
         = help: add IS to lists/nordics.csv, or end the table with a catch-all\n",
    );
}

#[test]
fn what_would_move_the_cursor_is_shown_and_a_long_line_is_cut() {
    let text = format!("{}\u{1b}[31m\u{202e}here{}", "x".repeat(200), "y".repeat(200));
    check(
        &text,
        "here",
        |span| Diagnostic::warning("odd", span, "a \u{7} bell"),
        &format!(
            "warning[odd]: a · bell\n  ┌─ routing.yaml:1:207\n1 │ …{}·[31m·here{}…\n  │ {}^^^^\n",
            "x".repeat(18),
            "y".repeat(59),
            " ".repeat(25),
        ),
    );
}

#[test]
fn a_place_outside_the_file_is_its_end() {
    let mut sources = Sources::new();
    let file = sources.add("a.yaml", "é".to_owned());
    let drawn = draw(&sources, &Diagnostic::error("odd", Span::of(file, 1..900), "far out"));
    assert_eq!(drawn, "error[odd]: far out\n  ┌─ a.yaml:1:1\n1 │ é\n  │ ^\n");
}

#[test]
fn the_nearest_name_is_what_somebody_meant() {
    let known = ["calendar", "within", "warn", "accept"];
    assert_eq!(nearest("calender", known), Some("calendar"));
    assert_eq!(nearest("Calendar", known), Some("calendar"));
    assert_eq!(nearest("wran", known), Some("warn"));
    assert_eq!(nearest("zebra", known), None);
    assert_eq!(nearest("", known), None);
    assert_eq!(nearest(&"c".repeat(1000), known), None);
}

#[test]
fn nothing_is_wider_than_a_hundred_columns() {
    let text = format!("{} here", "x ".repeat(30));
    check(
        &text,
        "here",
        |span| {
            let words = "word ".repeat(25);
            Diagnostic::error("odd", span, words.trim()).label(words.trim()).help("short")
        },
        &format!(
            "error[odd]: {0}word\n  {1}word\n  ┌─ routing.yaml:1:62\n1 │ {text}\n  │ {2}^^^^\n  \
             = note: {3}word\n          {4}word\n  = help: short\n",
            "word ".repeat(16),
            "word ".repeat(7),
            " ".repeat(61),
            "word ".repeat(17),
            "word ".repeat(6),
        ),
    );
}
