//! Each rule on a tree in which something is wrong on purpose, and on one beside it that is right.

use xtask::tidy::{self, migrations};
use xtask::tree::Tree;

/// Plants files and tells what the rule says of them; every part expected occurs, in that order.
#[track_caller]
fn check(rule: &str, files: &[(&str, &str)], expected: &[&str]) {
    let rule = tidy::RULES.iter().find(|known| known.name == rule).expect("a rule of that name");
    let tree = files.iter().fold(Tree::default(), |tree, (path, text)| tree.with(path, text));
    let told: Vec<String> = (rule.check)(&tree).iter().map(ToString::to_string).collect();
    assert_eq!(told.len(), expected.len(), "{}: {told:#?}", rule.name);
    for (told, expected) in told.iter().zip(expected) {
        assert!(told.contains(expected), "`{told}` does not say `{expected}`");
    }
}

#[test]
fn an_arrow_against_the_order() {
    let engine = "[dependencies]\ndomain.workspace = true\nstore.workspace = true\n";
    let code = "use domain::A;\nuse store::B;\nfn a() {}\nfn b() {}\n";
    check(
        "arrows",
        &[("crates/engine/Cargo.toml", engine), ("crates/engine/src/lib.rs", code)],
        &["`engine` must not lean on `store`"],
    );
}

#[test]
fn an_arrow_against_the_order_for_tests_alone() {
    let rules = "[dev-dependencies]\nengine = { path = \"../engine\" }\n";
    check("arrows", &[("crates/rules/Cargo.toml", rules)], &["`rules` must not lean on `engine`"]);
}

#[test]
fn an_arrow_that_carries_no_code() {
    let crank = "[dependencies]\ndomain.workspace = true\nrustc-hash = \"2\"\n";
    let code = "//! `rustc_hash` in a comment.\nuse domain::A;\nconst B: &str = \"rustc_hash\";\n\
                fn c() {}\nfn d() {}\n";
    check(
        "arrows",
        &[("crates/crank/Cargo.toml", crank), ("crates/crank/src/lib.rs", code)],
        &["no code of `crank` names `rustc-hash`"],
    );
}

#[test]
fn a_crate_without_a_place() {
    check(
        "arrows",
        &[("crates/lake/Cargo.toml", "[package]\nname = \"lake\"\n")],
        &["`lake` is not in the order"],
    );
}

#[test]
fn a_pure_crate_that_takes_a_socket() {
    let manifest = "[dependencies]\ntokio = \"1\"\n\n[dev-dependencies]\ntempfile = \"3\"\n";
    let code = "use std::{fmt, fs, net::Ipv4Addr};\nuse std::io::Read;\nfn now() { std::time::Instant::now(); }\n\
                async fn wait() {}\n// std::env in a comment\nconst A: &str = \"std::net\";\n";
    check(
        "purity",
        &[
            ("crates/connectors/Cargo.toml", manifest),
            ("crates/connectors/src/lib.rs", code),
            ("crates/connectors/src/tests.rs", "use std::fs;\n"),
            ("crates/baton/src/main.rs", "use std::fs;\n"),
        ],
        &["`tokio`", "lib.rs:1: `connectors` is pure and names `std::fs`", "lib.rs:3", "lib.rs:4"],
    );
}

#[test]
fn a_stage_that_looks_downstream() {
    let score = "use super::context::Context;\nuse super::{contract, route::Routed};\n\
                 use crate::stages::deliver;\nuse crate::desk;\nfn a() { super::resolve::b(); }\n";
    let inner = "use super::super::follow_up::Chain;\nuse super::table::Row;\n";
    check(
        "stages",
        &[
            ("crates/engine/src/stages/decide/fences.rs", inner),
            ("crates/engine/src/stages/decide/tests.rs", "use crate::stages::route;\n"),
            ("crates/engine/src/stages/score.rs", score),
        ],
        &[
            "fences.rs:1: `decide` looks downstream at `follow_up`",
            "score.rs:2: `score` looks downstream at `route`",
            "score.rs:3: `score` looks downstream at `deliver`",
        ],
    );
}

#[test]
fn a_floor_of_the_program_that_looks_up() {
    let code = "use crate::auth::keys;\nuse crate::{config, faces::api::App};\nuse super::local::Request;\n";
    check(
        "floors",
        &[
            ("crates/baton/src/faces/api.rs", "use crate::runtime::Keeper;\n"),
            ("crates/baton/src/runtime/tests.rs", "use crate::faces::api;\n"),
            ("crates/baton/src/service.rs", code),
        ],
        &[
            "service.rs:2: `service` looks downstream at `faces`",
            "service.rs:3: `service` looks downstream at `local`",
        ],
    );
}

#[test]
fn files_in_a_circle() {
    let files = [
        ("crates/store/Cargo.toml", ""),
        ("crates/store/src/lib.rs", "mod a;\nmod b;\nmod c;\nmod d;\npub use crate::a::A;\n"),
        ("crates/store/src/a.rs", "use crate::{b::inner::B, d::D};\n"),
        ("crates/store/src/b/mod.rs", "mod inner;\nmod other;\npub use inner::B;\n"),
        ("crates/store/src/b/inner.rs", "use super::super::c::C;\n"),
        ("crates/store/src/b/other.rs", "use super::B;\nuse crate::a::A;\n"),
        ("crates/store/src/c.rs", "fn c() -> crate::a::A {}\n"),
        ("crates/store/src/d.rs", "use crate::A;\n"),
    ];
    check("circles", &files, &["a names b::inner at crates/store/src/a.rs:1; a names d at"]);
}

#[test]
fn siblings_in_a_circle() {
    let files = [
        ("crates/rules/Cargo.toml", ""),
        ("crates/rules/src/expression/lex.rs", "use super::parse::DEPTH_MAX;\n"),
        ("crates/rules/src/expression/parse.rs", "use super::lex::Token;\n"),
    ];
    check("circles", &files, &["expression::lex names expression::parse"]);
}

/// A file names a type where another file hands it on; that other one leans on nothing by handing on.
#[test]
fn a_circle_through_names_that_are_handed_on() {
    let through_the_root = [
        ("crates/rules/Cargo.toml", ""),
        (
            "crates/rules/src/lib.rs",
            "mod a;\nmod b;\npub use b::{inner::B, Other as Second};\npub use a::A;\n",
        ),
        ("crates/rules/src/a.rs", "use crate::B;\npub struct A;\n"),
        ("crates/rules/src/b.rs", "pub mod inner;\npub struct Other;\n"),
        ("crates/rules/src/b/inner.rs", "use crate::A;\npub struct B;\n"),
    ];
    check("circles", &through_the_root, &["a names b::inner at crates/rules/src/a.rs:1"]);
    let through_a_parent = [
        ("crates/rules/Cargo.toml", ""),
        (
            "crates/rules/src/yaml.rs",
            "mod build;\nmod node;\npub use node::*;\nfn a() { build::document() }\n",
        ),
        ("crates/rules/src/yaml/build.rs", "use super::Node;\npub fn document() {}\n"),
        ("crates/rules/src/yaml/node.rs", "pub struct Node;\n"),
    ];
    check("circles", &through_a_parent, &[]);
    let defined_above = [
        ("crates/rules/Cargo.toml", ""),
        (
            "crates/rules/src/yaml.rs",
            "mod build;\npub struct Node;\nfn a() { self::build::document() }\n",
        ),
        ("crates/rules/src/yaml/build.rs", "use super::Node;\npub fn document() {}\n"),
    ];
    check("circles", &defined_above, &["yaml names yaml::build at crates/rules/src/yaml.rs:3"]);
    let through_mod = [
        ("crates/rules/Cargo.toml", ""),
        ("crates/rules/src/yaml.rs", "mod build;\npub struct Node;\nuse build::document;\n"),
        ("crates/rules/src/yaml/build.rs", "use super::Node;\npub fn document() {}\n"),
    ];
    check("circles", &through_mod, &["yaml names yaml::build at crates/rules/src/yaml.rs:3"]);
}

#[test]
fn a_word_that_stands_nowhere() {
    let code = "#[allow(dead_code)]\nfn a() { todo!() }\n#[ignore]\n#[should_panic]\n\
                fn b() { let _ = \"todo!()\"; /* dbg!(1) */ }\n";
    let files = [("clippy.toml", ""), ("crates/crank/src/a.rs", code)];
    check("bans", &files, &["a.rs:1", "a.rs:2", "a.rs:3", "a.rs:4"]);
}

#[test]
fn found_a3_a_header_that_is_made_around_the_crank() {
    let made =
        "use domain::fact::{Header, SCHEMA};\nfn a() -> Header { Header { schema: SCHEMA } }\n";
    let by_number =
        "fn a() {\n    let header = domain::fact::Header {\n        schema: 1,\n    };\n}\n";
    let reads = "use domain::fact::Header;\nfn a(header: &Header) { let Header { moment, .. } = header; }\n";
    check(
        "headers",
        &[
            ("crates/baton/src/doing.rs", made),
            ("crates/baton/src/disclosure.rs", by_number),
            ("crates/baton/tests/it/a.rs", made),
            ("crates/engine/src/stamp.rs", made),
            ("crates/crank/src/desk.rs", made),
            ("crates/store/src/doctor.rs", reads),
        ],
        &["disclosure.rs:2", "doing.rs:2", "desk.rs:2"],
    );
}

#[test]
fn a_word_out_of_its_place() {
    let code = "fn a() { Stamp::new(now, actor, None); }\nfn b() { Scratch::over(&state); }\n";
    let files = [
        ("clippy.toml", ""),
        ("crates/baton/src/runtime/clock.rs", code),
        ("crates/crank/src/crank.rs", "fn a() { Stamp::new(now, actor, None); }\n"),
        ("crates/engine/src/stages/decide.rs", "fn a() { Scratch::over(&state); }\n"),
        ("crates/engine/src/state/fold.rs", "fn a() { Scratch::over(&state); }\n"),
        ("crates/engine/src/tests.rs", code),
    ];
    let expected = [
        "clock.rs:1: `Stamp::new(` does not stand here",
        "clock.rs:2: `Scratch::over(` does not stand here",
        "decide.rs:1: `Scratch::over(` does not stand here",
    ];
    check("bans", &files, &expected);
}

#[test]
fn a_ban_that_is_lifted_twice() {
    let clippy = "disallowed-methods = [{ path = \"std::env::var\", reason = \"r\" }, \"std::thread::sleep\"]\n";
    let lift = "#[expect(clippy::disallowed_methods, reason = \"r\")]\n";
    let reads = format!("{lift}fn a() {{ std::env::var(\"A\"); }}\n");
    let also = format!("use std::env;\n{lift}fn a() {{ env::var(\"A\"); }}\n");
    let idle = format!("{lift}fn a() {{}}\n");
    check(
        "bans",
        &[
            ("clippy.toml", clippy),
            ("crates/baton/src/config.rs", &reads),
            ("crates/baton/tests/it/main.rs", &reads),
            ("crates/baton/src/faces/api.rs", &also),
            ("crates/store/src/lib.rs", &idle),
            ("xtask/src/shell.rs", &reads),
        ],
        &[
            "crates/store/src/lib.rs: lifts `clippy::disallowed_methods` and names nothing",
            "crates/baton/src/faces/api.rs: the ban on `env::var` is lifted here and in crates/baton/src/config.rs",
        ],
    );
}

#[test]
fn a_file_for_leftovers_without_a_first_word_and_too_long() {
    let long = format!("//! Long.\n{}", "// more\n".repeat(1_000));
    check(
        "shape",
        &[
            ("crates/rules/src/long.rs", &long),
            ("crates/rules/src/utils.rs", "//! Things.\n"),
            ("crates/rules/src/yaml/mod.rs", "use a::B;\n"),
            ("crates/rules/src/yaml/tests.rs", "use a::B;\n"),
        ],
        &["1001 lines", "not for leftovers", "mod.rs:1: a module begins with"],
    );
}

#[test]
fn a_match_that_forgets_kinds() {
    let lifts = "#[expect(clippy::wildcard_enum_match_arm, reason = \"r\")]\nfn a() {}\n";
    let known = lifts.repeat(3);
    check(
        "wildcards",
        &[
            ("crates/engine/src/state/apply.rs", lifts),
            ("crates/baton/src/faces/cli/export/fact.rs", &known),
            ("crates/engine/src/view/handoff.rs", lifts),
            ("crates/crank/tests/it/world.rs", lifts),
            ("crates/rules/src/a.rs", "// clippy::wildcard_enum_match_arm\n"),
        ],
        &["fact.rs: lifts `clippy::wildcard_enum_match_arm` 3 times and may 2", "apply.rs: lifts"],
    );
}

#[test]
fn a_word_that_nothing_writes_or_reads() {
    let facts = "/// Facts.\npub enum Fact {\n    #[n(0)]\n    Both {\n        #[n(0)]\n        at: Moment,\n    },\n    \
                 Unmade,\n    Unread(#[n(0)] Text),\n    Untold { by: Option<By> },\n}\n";
    let engine = "fn a(fact: &Fact) -> Fact {\n    match fact {\n        Fact::Both { .. } => {}\n        \
                  Fact::Unmade => {}\n    }\n    if let Some(Fact::Unmade) = fact {}\n    \
                  let seen = matches!(fact, Fact::Unmade);\n    say(Fact::Both { at: now });\n    \
                  say(Some(Fact::Unread(text)));\n    Fact::Untold { by: None }\n}\n// Fact::Unread(_) =>\n";
    let tests = "fn b(fact: &Fact) { match fact { Fact::Unread(_) => {} } Fact::Unmade }\n";
    let helped = "#[cfg(test)]\nmod test_account;\n";
    check(
        "unread",
        &[
            ("crates/domain/src/fact/kinds.rs", facts),
            ("crates/engine/src/lib.rs", helped),
            ("crates/engine/src/test_account.rs", tests),
            ("crates/engine/src/stages/tests.rs", tests),
            ("crates/engine/tests/it/main.rs", tests),
            ("crates/engine/src/stages/decide.rs", engine),
        ],
        &[
            "kinds.rs:8: nothing makes `Fact::Unmade`",
            "kinds.rs:9: nothing reads `Fact::Unread`",
            "kinds.rs:10: nothing reads `Fact::Untold`",
        ],
    );
    let acts = "pub enum Act {\n    Remind,\n    Reassign,\n}\nimpl Act {\n    fn a(&self) {\n        \
                match self {\n            Self::Remind => 0,\n            Self::Reassign | Self::Remind => 1,\n        \
                }\n    }\n}\n";
    let read = "fn act() -> Act { Act::Remind }\n";
    check(
        "unread",
        &[("crates/rules/src/sla.rs", acts), ("crates/rules/src/sla/read.rs", read)],
        &["sla.rs:3: nothing makes `Act::Reassign`"],
    );
}

#[test]
fn a_code_a_setting_and_a_key_that_nothing_uses() {
    let table = "codes! {\n    0 Unreadable \"unreadable\" \"It could not be read.\";\n    \
                 1 IdReused \"id-reused\" \"The id came before.\";\n}\n";
    let gives = "fn a() -> Code { Code::Unreadable }\nfn b() { Code::IdReusedTwice }\n";
    let settings = "[listen]\naddress = \"127.0.0.1:8080\"\nport = 1\n# A sentence = this.\n#\n\
                    # ca_file = \"x\"\n";
    let config = "fn read() { table.text(\"address\"); table.text(\"ca_files\"); }\n";
    let routing = "pub struct Pool {\n    pub name: String,\n    pub alarm: bool,\n    pub method: Method,\n}\n";
    let pool = "fn pool() { pool.alarm = true; self.method(); pool.name.clone() }\n";
    let reader = "fn read() { pool.alarm }\n";
    check(
        "unread",
        &[
            ("crates/domain/src/reason.rs", table),
            ("crates/engine/src/a.rs", gives),
            ("config/baton.default.toml", settings),
            ("crates/baton/src/config/read.rs", config),
            ("crates/rules/src/routing.rs", routing),
            ("crates/rules/src/routing/read.rs", reader),
            ("crates/engine/src/availability.rs", pool),
        ],
        &[
            "reason.rs:3: nothing gives the code `IdReused`",
            "baton.default.toml:3: no code reads the setting `port`",
            "baton.default.toml:6: no code reads the setting `ca_file`",
            "routing.rs:3: nothing looks at `alarm`",
            "routing.rs:4: nothing looks at `method`",
        ],
    );
}

#[test]
fn a_doc_comment_of_one_word() {
    let text = "//! Module.\n\n/// Which.\npub struct A;\n/// Two words.\npub struct B;\n\
                /// Which of them it is, where the text is longer than a\n/// line.\npub struct C;\n";
    check("docs", &[("crates/a/src/a.rs", text)], &["a.rs:1: `Module.`", "a.rs:3: `Which.`"]);
}

#[test]
fn a_text_with_stray_blanks_and_foreign_words() {
    let host = concat!("See crates", ".io.\n");
    let machine = concat!("Look in /ro", "ot/x.\n");
    check(
        "hygiene",
        &[
            ("crates/a/fixtures/a.toml", "a\t\r\n"),
            ("docs/a.md", "a\tb\n"),
            ("docs/b.md", "a \n"),
            ("docs/c.md", "a"),
            ("docs/d.md", host),
            ("docs/e.md", machine),
            ("docs/f.csv", "a\t \n"),
        ],
        &["a.md:1: a tab", "b.md:1: a blank", "c.md: a file ends", "d.md:1", "e.md:1"],
    );
}

#[test]
fn a_document_that_names_what_is_not_there() {
    let text = "See `crates/domain/src/fact.rs`, `crates/gone.rs`, `docs/`, `routing.yaml`, `a/b`.\n\
                ```\ncat `docs/not-looked-at.md`\n```\n\
                And [one](../README.md#top), [two](other.md), [three](https://example.com/a).\n";
    check(
        "paths",
        &[("README.md", ""), ("crates/domain/src/fact.rs", ""), ("docs/map.md", text)],
        &["map.md:1: there is no `crates/gone.rs`", "map.md:5: the link to `other.md`"],
    );
}

#[test]
fn a_how_to_page_that_the_readme_does_not_lead_to() {
    check(
        "paths",
        &[
            ("README.md", "How to [fly](docs/how-to/fly.md).\n"),
            ("docs/how-to/fly.md", ""),
            ("docs/how-to/land.md", ""),
        ],
        &["land.md: README.md has no link to it"],
    );
}

#[test]
fn a_code_without_a_page_and_a_page_without_a_code() {
    let table = "codes! {\n    0 Unreadable \"unreadable\" \"It could not be read.\";\n    \
                 1 IdReused \"id-reused\" \"The id came before.\";\n    \
                 1 Stale \"stale\" \"It is old.\";\n}\n";
    let check_rs = "fn a() { Diagnostic::error(\n    \"route-gap\", span, \"leads from Iceland\"); }\n\
                    fn b() { Diagnostic::warning(CODE, span, \"not-a-code\"); }\n\
                    const CODE: &str = \"pool-idle\";\n\
                    fn c() { self.refuse(\"yaml-tag\", \"so-sorry\"); Fault::new(1).coded(\"too-big\"); }\n\
                    fn d() { match e { E::Zone => (\"zone-unknown\", span), E::F => named(\"hand-off\") } }\n\
                    fn e() { let code = if w == \"pool\" { \"pool-unknown\" } else { \"queue-unknown\" }; }\n";
    let problem_rs = "fn a() -> Problem { Problem { status: 422, code: \"key-reused\", detail: \"x\" } }\n\
                      fn b() { Problem::new(StatusCode::GONE, \"gone-away\", \"so-sorry\"); }\n";
    let page = |code: &str| format!("# `{code}`\n\nWords.\n");
    check(
        "codes",
        &[
            ("crates/domain/src/reason.rs", table),
            ("crates/rules/src/check.rs", check_rs),
            ("crates/baton/src/faces/api/problem.rs", problem_rs),
            ("docs/errors/README.md", "# Codes\n"),
            ("docs/errors/unreadable.md", &page("unreadable")),
            ("docs/errors/stale.md", "Stale\n"),
            ("docs/errors/pool-idle.md", &page("pool-idle")),
            ("docs/errors/nobody-says-this.md", &page("nobody-says-this")),
        ],
        &[
            "problem.rs:1: `key-reused` has no page",
            "problem.rs:2: `gone-away` has no page",
            "reason.rs:3: `id-reused` has no page",
            "reason.rs:4: the number 1 stands twice",
            "check.rs:2: `route-gap` has no page",
            "check.rs:5: `too-big` has no page",
            "check.rs:5: `yaml-tag` has no page",
            "check.rs:6: `zone-unknown` has no page",
            "check.rs:7: `pool-unknown` has no page",
            "check.rs:7: `queue-unknown` has no page",
            "no code is called `nobody-says-this`",
            "stale.md:1: the page begins with",
        ],
    );
}

#[test]
fn migrations_with_a_gap_without_a_twin_and_edited() {
    let lite = "crates/store/migrations/sqlite/";
    let shipped = format!(
        "# A list.\n{}  {lite}0001_journal.sql\n{}  {lite}0002_outbox.sql\n",
        migrations::hash_of("create a;\n"),
        migrations::hash_of("create b;\n"),
    );
    check(
        "migrations",
        &[
            ("crates/store/migrations/sqlite/0001_journal.sql", "create a;\n"),
            ("crates/store/migrations/sqlite/0002_outbox.sql", "create b; -- edited\n"),
            ("crates/store/migrations/sqlite/0004_timers.sql", "create c;\n"),
            ("crates/store/migrations/keys/keys_0001_begin.sql", "create d;\n"),
            ("crates/store/migrations/keys/keys_0001_wrap.sql", "create e;\n"),
            ("crates/store/migrations/postgres/0001_journal.sql", "create a;\n"),
            ("crates/store/migrations/postgres/0002_outbox.sql", "create b;\n"),
            (migrations::SHIPPED, &shipped),
        ],
        &[
            "number 2 is wanted",
            "number 3 is wanted",
            "has no migration of this name",
            "it has shipped and was edited",
        ],
    );
}

#[test]
fn a_dependency_that_nobody_explains_or_takes() {
    let root = "[workspace.dependencies]\ndomain = { path = \"crates/domain\" }\nserde = \"1\"\n\n\
                # Ids.\nsha2 = \"0.11\"\nclap = \"4\" # Verbs.\n\n[profile.dev]\ndebug = 1\n";
    let manifest =
        "[dependencies]\ndomain.workspace = true\nserde.workspace = true\nclap = \"4\"\n";
    check(
        "dependencies",
        &[("Cargo.toml", root), ("crates/a/Cargo.toml", manifest)],
        &["Cargo.toml:3: nothing says what `serde` is for", "Cargo.toml:6: no crate takes `sha2`"],
    );
}

#[test]
fn a_change_that_is_named_badly() {
    check(
        "changelog",
        &[
            ("changelog.d/README.md", ""),
            ("changelog.d/empty.fixed.md", "\n"),
            ("changelog.d/import-maps.added.md", "Import maps.\n"),
            ("changelog.d/import-maps.new.md", "Import maps.\n"),
        ],
        &["it says nothing", "the name is SLUG.added.md"],
    );
}

#[test]
fn a_check_that_people_are_not_told_of() {
    let script = "#!/usr/bin/env bash\nset -euo pipefail\ncd \"$(dirname \"$0\")/..\"\n";
    let readme = "# Baton\n\n```sh\ncargo xtask test  # all of it\n```\n";
    let run = format!("{script}cargo xtask test\n");
    check("ci", &[(".ci/run", &run), ("README.md", readme)], &[]);
    let more = format!("{script}cargo deny check\ncargo xtask test || true\n");
    check(
        "ci",
        &[(".ci/run", &more), ("README.md", "# Baton\n")],
        &["`cargo deny check` is not", "`cargo xtask test || true` is not", "once", "tells people"],
    );
}

#[test]
fn every_rule_is_tried_here() {
    let source = include_str!("planted.rs");
    for rule in tidy::RULES {
        let tried = source
            .split("check(")
            .skip(1)
            .any(|call| call.trim_start().starts_with(&format!("\"{}\",", rule.name)));
        assert!(tried, "nothing is planted for {}", rule.name);
    }
}

#[test]
fn a_licence_that_binds() {
    let metadata = r#"{"packages": [
        {"name": "free", "license": "(MIT OR GPL-3.0-only) AND Unicode-3.0"},
        {"name": "old", "license": "MIT/Apache-2.0"},
        {"name": "llvm", "license": "GPL-2.0 OR Apache-2.0 WITH LLVM-exception"},
        {"name": "bound", "license": "MIT AND GPL-3.0-only"},
        {"name": "weak", "license": "MPL-2.0"},
        {"name": "torn", "license": "(MIT"},
        {"name": "silent", "license": null}
    ]}"#;
    let told: Vec<String> =
        tidy::licences::violations(metadata).iter().map(ToString::to_string).collect();
    assert_eq!(told.len(), 4, "{told:#?}");
    for (told, name) in told.iter().zip(["`bound`", "`weak`", "`torn`", "`silent`"]) {
        assert!(told.contains(name), "{told}");
    }
    assert_eq!(tidy::licences::violations("no JSON").len(), 1);
}
