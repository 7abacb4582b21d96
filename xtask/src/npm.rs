//! Packages of npm that the program is tried with, as anybody installs them.

use std::io::ErrorKind;
use std::path::Path;
use std::process::{Command, Output};

use anyhow::{Context, bail, ensure};

/// Installs a package at its version into a folder. The error is why it cannot be had on this machine.
pub(crate) fn install(package: &str, version: &str, home: &Path) -> anyhow::Result<()> {
    run(Command::new("node").arg("--version"))?;
    let quietly = ["--no-audit", "--no-fund", "--ignore-scripts", "--fetch-retries=1"];
    run(Command::new("npm")
        .args(["install", "--prefix", "."])
        .args(quietly)
        .arg(format!("{package}@{version}"))
        .current_dir(home))?;
    Ok(())
}

/// Runs a command to its end; the error says which and why.
pub(crate) fn run(command: &mut Command) -> anyhow::Result<Output> {
    let program = command.get_program().to_string_lossy().into_owned();
    let output = match command.output() {
        Err(gone) if gone.kind() == ErrorKind::NotFound => bail!("there is no `{program}` here"),
        output => output.with_context(|| format!("`{program}` does not start"))?,
    };
    let says = String::from_utf8_lossy(&output.stderr);
    ensure!(output.status.success(), "`{program}` ended with {}: {}", output.status, told(&says));
    Ok(output)
}

/// The lines that speak of an error, or all where none does; few in any case.
fn told(says: &str) -> String {
    const LINES_MAX: usize = 4;
    let speaks =
        |line: &&str| line.to_ascii_lowercase().contains("error") && !line.starts_with("WARNING");
    let errors: Vec<&str> = says.lines().filter(speaks).take(LINES_MAX).collect();
    let lines = if errors.is_empty() { says.lines().take(LINES_MAX).collect() } else { errors };
    lines.join(" | ")
}
