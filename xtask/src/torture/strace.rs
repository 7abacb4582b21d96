//! strace, which records the program's calls and makes them fail.

use std::fs::File;
use std::io::{Read, Seek, SeekFrom};
use std::path::Path;
use std::time::Duration;

use anyhow::{Context, ensure};

use crate::serving::wire;
use crate::shell;

/// How long strace may take to write what it saw.
const PATIENCE: Duration = Duration::from_mins(1);
/// How much of a log's end is looked at.
const END_BYTES: u64 = 200;

/// Only the calls that are asked for stop the program. A signal is never injected then (strace 6.1).
pub(super) const QUICK: &str = "--seccomp-bpf";

/// Says how to get strace where it is not there.
pub(super) fn ensure_there() -> anyhow::Result<()> {
    ensure!(
        shell::has_program("strace"),
        "strace is not there; on Debian and Ubuntu `apt-get install -y strace` brings it"
    );
    Ok(())
}

/// The words before a program's own that trace all its threads into a log. The tracer runs beside
/// the program (`-D`), so that the program can be killed and its exit is its own.
pub(super) fn tracer(log: &Path) -> anyhow::Result<Vec<String>> {
    let log = log.to_str().context("the folder's path is no text")?;
    let words = ["strace", "-f", "-D", "-q", "-o", log];
    Ok(words.map(str::to_owned).to_vec())
}

/// Waits until the log says how the program ended.
pub(super) fn wait_until_written(log: &Path) -> anyhow::Result<()> {
    let began = shell::now();
    while !end(log)?.contains("+++") {
        ensure!(began.elapsed() < PATIENCE, "strace does not come to an end");
        wire::wait(Duration::from_millis(20));
    }
    Ok(())
}

fn end(log: &Path) -> anyhow::Result<String> {
    let Ok(mut file) = File::open(log) else { return Ok(String::new()) };
    let length = file.metadata()?.len();
    file.seek(SeekFrom::Start(length.saturating_sub(END_BYTES)))?;
    let mut end = Vec::new();
    file.read_to_end(&mut end)?;
    Ok(String::from_utf8_lossy(&end).into_owned())
}
