//! What the rules read: source, paths of modules, the sums of a test run.

use xtask::source;
use xtask::tally::Tally;
use xtask::tree::Tree;

#[test]
fn comments_and_texts_are_no_code() {
    let rows: &[(&str, &str)] = &[
        ("a // b\nc", "a     \nc"),
        ("a /* b /* c */ d */ e", "a                   e"),
        (r#"f("b \" c", d)"#, r#"f("      ", d)"#),
        (r##"r#"a " b"# c"##, r##"r#"     "# c"##),
        ("'a' 'b: &'static", "    'b: &'static"),
        (r"'\'' c", "     c"),
        ("r#type a", "r#type a"),
        ("\"ä\" b", "\"  \" b"),
        ("\"open", "\"    "),
        ("/* open", "       "),
        ("'", "'"),
        ("\"\\", "\" "),
    ];
    for (source, code) in rows {
        assert_eq!(source::code(source), *code, "{source}");
    }
}

#[test]
fn texts_are_found_with_their_places() {
    assert_eq!(source::literals("f(\"a-b\", 'c', r#\"d\"#) // \"e\""), [(3, "a-b"), (17, "d")]);
}

#[test]
fn paths_are_unfolded() {
    let source = "use a::{b, c::{d, e as f}, g::*};\nfn x(y: crate::z::Z<h::I>) { j.k::<L>() }";
    let paths: Vec<(usize, String)> = source::paths(source)
        .into_iter()
        .map(|path| (path.line, path.segments.join("::")))
        .collect();
    let expected =
        [(1, "a::b"), (1, "a::c::d"), (1, "a::c::e"), (1, "a::g"), (2, "crate::z::Z"), (2, "h::I")];
    assert_eq!(paths, expected.map(|(line, path)| (line, path.to_owned())));
}

#[test]
fn relative_paths_find_their_module() {
    let rows = [
        ("stages/route.rs", "super::score::Scored", "stages::score::Scored"),
        ("stages/route/mod.rs", "super::score", "stages::score"),
        ("stages/route/table.rs", "super::super::score", "stages::score"),
        ("stages/route.rs", "self::inner", "stages::route::inner"),
        ("lib.rs", "crate::a::B", "a::B"),
        ("a.rs", "super::super::super::b", "b"),
    ];
    for (file, path, full) in rows {
        let path: Vec<String> = path.split("::").map(str::to_owned).collect();
        let resolved = source::resolve(&path, &source::module_of(file)).expect("it is relative");
        assert_eq!(resolved.join("::"), full, "{file}");
    }
    assert_eq!(source::resolve(&["std".to_owned(), "fs".to_owned()], &[]), None);
}

#[test]
fn the_sums_of_all_binaries_add_up() {
    let mut tally = Tally::default();
    for line in [
        "running 3 tests",
        "test result: ok. 12 passed; 0 failed; 0 ignored; 0 measured; 0 filtered out; finished in 0.01s",
        "test result: FAILED. 2 passed; 1 failed; 0 ignored; 0 measured; 0 filtered out",
        "a line that says 7 passed; 7 failed",
    ] {
        tally.take(line);
    }
    assert_eq!(tally.to_string(), "14 passed, 1 failed, 0 skipped");
}

#[test]
fn found_g16_a_test_that_is_skipped_did_not_pass() {
    let mut tally = Tally::default();
    for line in [
        "",
        "test skipped: import::olist::the_public_leads: /data/olist is not there",
        "a test skipped: in the middle of a line is none",
        "test skipped: disk::w15: this machine lets nobody mount a small disk of their own",
        "test result: ok. 12 passed; 0 failed; 0 ignored; 0 measured; 0 filtered out; finished in 0.01s",
    ] {
        tally.take(line);
    }
    assert_eq!(tally.to_string(), "10 passed, 0 failed, 2 skipped");
}

/// What a passing test prints is not shown, so a test that prints why it ends early counts as passed.
#[test]
fn found_g16_no_test_is_skipped_behind_its_own_output() {
    let tree = Tree::read(&xtask::shell::root()).expect("the repository can be read");
    let printed = ["println!(\"skip", "eprintln!(\"skip"];
    let told = tree.rust().filter(|(path, _)| path.starts_with("crates/"));
    let found: Vec<&str> = told
        .filter(|(_, text)| printed.iter().any(|begins| text.contains(begins)))
        .map(|(path, _)| path)
        .collect();
    assert_eq!(found, [""; 0], "say it with `skipped` of tools/skipped_test.rs");
    let used = tree.rust().filter(|(_, text)| text.contains("skipped_test::skipped(")).count();
    assert!(used >= 10, "{used} files with tests that may be skipped");
}
