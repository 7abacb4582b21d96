//! Instructions, counted by callgrind: they are the same on a busy machine and on a quiet one, so that
//! two versions can be compared where times cannot.

use std::process::Command;

use anyhow::{Context, ensure};

use crate::shell::{has_program, root, say};

/// The function of the benches whose instructions count.
const COUNTED: &str = "--toggle-collect=*clock*counted*";

/// Counts the instructions of these rows, and says how many each unit takes.
pub(crate) fn tell(rows: &[&str]) -> anyhow::Result<()> {
    if !has_program("valgrind") {
        return Ok(say(
            "\ninstructions are not counted: valgrind is not there; on Debian and Ubuntu `apt-get \
             install -y valgrind` brings it",
        )?);
    }
    say("\n| row | instructions of one, counted by callgrind | of |")?;
    say("|---|---|---|")?;
    for row in rows {
        let (instructions, units) = count(row)?;
        say(&format!("| {row} | {} | {units} |", instructions / units.max(1)))?;
    }
    Ok(())
}

fn count(row: &str) -> anyhow::Result<(u64, u64)> {
    let output = Command::new("valgrind")
        .args([
            "--tool=callgrind",
            "--callgrind-out-file=/dev/null",
            "--collect-atstart=no",
            COUNTED,
        ])
        .arg(root().join("target/release/bench"))
        .args(["--count", row])
        .output()
        .context("valgrind does not start")?;
    let said = String::from_utf8_lossy(&output.stderr);
    ensure!(output.status.success(), "{row} cannot be counted: {said}");
    let units = number_behind(&String::from_utf8_lossy(&output.stdout), "units ");
    let instructions = number_behind(&said, "Collected : ");
    let (instructions, units) = instructions.zip(units).context("callgrind told no figure")?;
    ensure!(instructions > 0, "callgrind did not see the function that is counted");
    Ok((instructions, units))
}

/// The number behind a word.
fn number_behind(text: &str, word: &str) -> Option<u64> {
    let (_, rest) = text.split_once(word)?;
    rest.split_whitespace().next()?.parse().ok()
}
