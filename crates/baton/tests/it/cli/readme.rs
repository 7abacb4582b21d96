//! The commands of the README, as they stand, in a folder that is new.

use std::os::unix::fs::symlink;
use std::path::Path;
use std::process::{Command, Output};

use crate::program::program;

const README: &str = include_str!("../../../../../README.md");

/// The first block of commands under a heading.
fn commands(heading: &str) -> &'static str {
    let (_, section) = README.split_once(heading).expect("the heading");
    let (_, block) = section.split_once("```sh\n").expect("a block of commands");
    block.split_once("```").expect("its end").0
}

/// Runs lines as a shell does, with the examples of the project beside it and `baton` on the path.
pub(crate) fn shell(lines: &str) -> Output {
    let place = tempfile::tempdir().unwrap();
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..").canonicalize().unwrap();
    symlink(root.join("examples"), place.path().join("examples")).unwrap();
    let bin = place.path().join("bin");
    std::fs::create_dir(&bin).unwrap();
    symlink(program(), bin.join("baton")).unwrap();
    let mut command = Command::new("sh");
    command.args(["-eu", "-c", &format!("PATH=\"$PWD/bin:$PATH\"\n{lines}")]);
    command.current_dir(place.path()).env_remove("BATON_DATA").output().unwrap()
}

#[test]
fn found_g7_the_commands_of_the_readme_run_as_they_stand() {
    let block = commands("## With your own data");
    // The program is built already, and a server would stay.
    let apart = |line: &&str| !line.starts_with("cargo build") && !line.starts_with("baton serve");
    let lines: Vec<&str> = block.lines().filter(apart).collect();
    for verb in ["rehearse", "check", "apply", "import", "handoffs", "key create"] {
        let named = format!("baton {verb}");
        assert!(lines.iter().any(|line| line.contains(&named)), "the README shows `{named}`");
    }
    let ended =
        shell(&format!("{}\ntest -s rehearsal.html\necho \"key $KEY\"\n", lines.join("\n")));
    let (out, err) =
        (String::from_utf8_lossy(&ended.stdout), String::from_utf8_lossy(&ended.stderr));
    assert!(ended.status.success(), "{out}\n{err}");
    assert!(out.contains("285 leads"), "the rehearsal tells of the leads: {out}\n{err}");
    assert!(out.contains("h-"), "handoffs are listed: {out}\n{err}");
    let key = out.lines().find_map(|line| line.strip_prefix("key ")).unwrap_or_default();
    assert!(!key.trim().is_empty(), "the key alone is on the output: {out}");
}

#[test]
fn a_command_that_does_not_run_is_found() {
    let ended = shell("baton check examples/strategies/nowhere\necho went on\n");
    assert!(!ended.status.success());
    assert!(!String::from_utf8_lossy(&ended.stdout).contains("went on"));
}
