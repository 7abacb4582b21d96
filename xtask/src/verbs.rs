//! What each verb does.

use std::process::ExitCode;

use anyhow::Context;

use crate::instructions;
use crate::shell::{cargo, metadata, root, say};
use crate::tally::Tally;
use crate::tidy;
use crate::tree::Tree;

/// One command of a verb.
struct Step {
    name: &'static str,
    arguments: &'static [&'static str],
    variables: &'static [(&'static str, &'static str)],
}

const FORMAT: Step =
    Step { name: "format", arguments: &["fmt", "--all", "--check"], variables: &[] };
const LINTS: Step = Step {
    name: "lints",
    arguments: &["clippy", "--workspace", "--all-targets", "--", "-D", "warnings"],
    variables: &[],
};
// The seed of the properties is told, so that what CI finds is found again.
const TESTS: Step = Step {
    name: "tests",
    arguments: &["test", "--workspace", "--no-fail-fast", "--", "--quiet"],
    variables: &[("PROPTEST_RNG_SEED", "2026")],
};
// The benches stand outside the workspace; what they measure changes under them all the same.
const BENCHES: Step = Step {
    name: "benches build",
    arguments: &[
        "check",
        "--manifest-path",
        "crates/bench/Cargo.toml",
        "--target-dir",
        "target",
        "--quiet",
    ],
    variables: &[],
};
const GOLDEN: Step = Step {
    name: "tests, rewriting golden files",
    arguments: &["test", "--workspace", "--no-fail-fast", "--", "--quiet"],
    variables: &[("BLESS", "1")],
};
const DOCUMENTATION: Step = Step {
    name: "documentation",
    arguments: &["doc", "--workspace", "--no-deps"],
    variables: &[("RUSTDOCFLAGS", "-D warnings")],
};

/// Format, lints, tests, documentation, whether the benches build; the last line is the sum over all test binaries.
pub fn test() -> anyhow::Result<ExitCode> {
    let mut tally = Tally::default();
    let end = run(&[FORMAT, LINTS, TESTS, DOCUMENTATION, BENCHES], &mut tally)?;
    say(&tally.to_string())?;
    Ok(end)
}

/// Format and lints.
pub fn check() -> anyhow::Result<ExitCode> {
    run(&[FORMAT, LINTS], &mut Tally::default())
}

/// The tests, which rewrite their golden files.
pub fn bless() -> anyhow::Result<ExitCode> {
    let mut tally = Tally::default();
    let end = run(&[GOLDEN], &mut tally)?;
    say(&tally.to_string())?;
    Ok(end)
}

/// The benches, a package of their own that shares the folder of what is built.
const BENCH: &[&str] = &[
    "run",
    "--release",
    "--quiet",
    "--manifest-path",
    "crates/bench/Cargo.toml",
    "--target-dir",
    "target",
    "--",
];

/// The other rules engine, which the benches ask.
const BENCH_BESIDE: &[&str] = &[
    "build",
    "--release",
    "--quiet",
    "--manifest-path",
    "crates/bench/zen/Cargo.toml",
    "--target-dir",
    "target",
];

/// The rows whose instructions are counted besides.
const COUNTED: [&str; 3] = ["way", "rehearsal", "durable"];

/// Measures the budgets and prints the table, then the instructions of the rows that say something.
pub fn bench(rows: &[String]) -> anyhow::Result<ExitCode> {
    let arguments: Vec<&str> =
        BENCH.iter().copied().chain(rows.iter().map(String::as_str)).collect();
    let asked = |name: &str| rows.is_empty() || rows.iter().any(|row| row == name);
    if asked("http") || asked("disk") {
        let program = &["build", "--release", "--quiet", "--package", "baton"];
        anyhow::ensure!(cargo(program, &[], |_| ())?.well, "the program could not be built");
    }
    if asked("routing") {
        anyhow::ensure!(cargo(BENCH_BESIDE, &[], |_| ())?.well, "a reference could not be built");
    }
    let ended = cargo(&arguments, &[], |_| ())?;
    let counted: Vec<&str> = COUNTED.into_iter().filter(|row| asked(row)).collect();
    if ended.well && !counted.is_empty() {
        instructions::tell(&counted)?;
    }
    Ok(if ended.well { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

/// The tidy rules alone, which `test` runs among the tests.
pub fn tidy() -> anyhow::Result<ExitCode> {
    let tree = Tree::read(&root()).context("could not read the tree")?;
    let mut found = 0;
    for rule in tidy::RULES {
        for violation in (rule.check)(&tree) {
            say(&format!("{}: {violation}", rule.name))?;
            found += 1;
        }
    }
    for violation in tidy::licences::violations(&metadata()?) {
        say(&format!("licences: {violation}"))?;
        found += 1;
    }
    say(&format!("{} rules, {found} violations", tidy::RULES.len() + 1))?;
    Ok(if found == 0 { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

/// Runs the steps up to the first that fails, and says which that was.
fn run(steps: &[Step], tally: &mut Tally) -> anyhow::Result<ExitCode> {
    for step in steps {
        say(&format!("==> {}: cargo {}", step.name, step.arguments.join(" ")))?;
        let ended = cargo(step.arguments, step.variables, |line| tally.take(line))?;
        let seconds = ended.took.as_secs_f64();
        if !ended.well {
            say(&format!("==> {}: FAILED after {seconds:.1} s", step.name))?;
            return Ok(ExitCode::FAILURE);
        }
        say(&format!("==> {}: ok in {seconds:.1} s", step.name))?;
    }
    Ok(ExitCode::SUCCESS)
}
