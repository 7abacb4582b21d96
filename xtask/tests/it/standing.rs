//! Each rule on the real tree.

use std::sync::OnceLock;

use xtask::shell;
use xtask::tidy;
use xtask::tree::Tree;
use xtask::violation::Violation;

fn tree() -> &'static Tree {
    static TREE: OnceLock<Tree> = OnceLock::new();
    TREE.get_or_init(|| Tree::read(&shell::root()).expect("the tree can be read"))
}

#[track_caller]
fn check(rule: &str) {
    let rule = tidy::RULES.iter().find(|known| known.name == rule).expect("a rule of that name");
    nothing(&(rule.check)(tree()));
}

#[track_caller]
fn nothing(violations: &[Violation]) {
    let told: Vec<String> = violations.iter().map(Violation::to_string).collect();
    assert!(told.is_empty(), "{} violations:\n{}", told.len(), told.join("\n"));
}

#[test]
fn arrows_point_one_way_and_carry_code() {
    check("arrows");
}

#[test]
fn pure_crates_reach_nothing_outside() {
    check("purity");
}

#[test]
fn stages_look_only_upstream() {
    check("stages");
}

#[test]
fn floors_of_the_program_rest_on_lower_ones() {
    check("floors");
}

#[test]
fn no_file_is_in_a_circle() {
    check("circles");
}

#[test]
fn bans_are_lifted_in_one_place() {
    check("bans");
}

#[test]
fn headers_are_made_where_the_journals_clock_is_at_hand() {
    check("headers");
}

#[test]
fn files_say_what_they_are_and_are_named_for_it() {
    check("shape");
}

#[test]
fn matches_over_our_kinds_name_each() {
    check("wildcards");
}

#[test]
fn what_there_is_a_word_for_is_written_and_read() {
    check("unread");
}

#[test]
fn doc_comments_are_sentences() {
    check("docs");
}

#[test]
fn texts_are_clean() {
    check("hygiene");
}

#[test]
fn documents_name_what_exists() {
    check("paths");
}

#[test]
fn codes_have_pages_and_pages_have_codes() {
    check("codes");
}

#[test]
fn migrations_are_numbered_and_unedited() {
    check("migrations");
}

#[test]
fn dependencies_say_what_for() {
    check("dependencies");
}

#[test]
fn changes_are_named_well() {
    check("changelog");
}

#[test]
fn ci_runs_what_the_readme_says() {
    check("ci");
}

#[test]
fn licences_are_permissive() {
    let metadata = shell::metadata().expect("cargo lists the packages");
    nothing(&tidy::licences::violations(&metadata));
}

#[test]
fn every_rule_is_run_here() {
    let source = include_str!("standing.rs");
    for rule in tidy::RULES {
        assert!(source.contains(&format!("check(\"{}\")", rule.name)), "{} is not run", rule.name);
    }
}
