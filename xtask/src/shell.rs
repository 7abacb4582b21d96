//! Processes, the environment and the clock: the one file of these verbs that touches them.

use std::io::{BufRead, BufReader, Write};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::{Duration, Instant, SystemTime};
use std::{env, io};

use anyhow::Context;

/// Where the folder of public test data is told.
const TEST_DATA: &str = "BATON_TEST_DATA";
/// Where it lies where nobody told, from the root of the repository.
const TEST_DATA_DEFAULT: &str = "../shared/data";

/// How the names begin of what cargo tells a program that it runs.
const TOLD_TO_US: [&str; 3] = ["CARGO_PKG_", "CARGO_MANIFEST_", "CARGO_BIN_"];

/// The root of the repository.
pub fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).parent().expect("xtask lies in the root").to_owned()
}

/// How a command ended.
#[derive(Clone, Copy, Debug)]
pub struct Ended {
    /// Whether it said that all is well.
    pub well: bool,
    /// How long it took.
    pub took: Duration,
}

/// Runs cargo in the root with these arguments and variables, and shows each line of its output
/// as it comes, also to `each`.
pub fn cargo(
    arguments: &[&str],
    variables: &[(&str, &str)],
    mut each: impl FnMut(&str),
) -> anyhow::Result<Ended> {
    let began = now();
    let mut child = command(arguments, variables)
        .stdout(Stdio::piped())
        .spawn()
        .context("could not start cargo")?;
    let output = child.stdout.take().context("cargo has no output")?;
    for line in BufReader::new(output).split(b'\n') {
        let line = line.context("could not read what cargo said")?;
        let line = String::from_utf8_lossy(&line);
        each(&line);
        say(&line)?;
    }
    let status = child.wait().context("could not wait for cargo")?;
    Ok(Ended { well: status.success(), took: began.elapsed() })
}

/// What another program of the machine says.
pub fn output(program: &str, arguments: &[&str]) -> anyhow::Result<String> {
    let output = Command::new(program)
        .args(arguments)
        .current_dir(root())
        .output()
        .with_context(|| format!("could not start {program}"))?;
    let said = String::from_utf8_lossy(&output.stderr);
    anyhow::ensure!(output.status.success(), "{program} failed: {}", said.trim());
    String::from_utf8(output.stdout).with_context(|| format!("what {program} says is no text"))
}

/// What a program says to what a file has, given to it on standard input.
pub fn answered(program: &Path, arguments: &[&str], input: &Path) -> anyhow::Result<String> {
    let input = std::fs::File::open(input).context("could not open the input")?;
    let output = Command::new(program)
        .args(arguments)
        .stdin(input)
        .stderr(Stdio::inherit())
        .output()
        .with_context(|| format!("could not start {}", program.display()))?;
    anyhow::ensure!(output.status.success(), "{} failed", program.display());
    String::from_utf8(output.stdout).context("what the program says is no text")
}

/// Everything that is known of the locked packages, as JSON.
pub fn metadata() -> anyhow::Result<String> {
    let output = command(&["metadata", "--format-version", "1", "--locked"], &[])
        .stderr(Stdio::inherit())
        .output()
        .context("could not start cargo")?;
    anyhow::ensure!(output.status.success(), "cargo could not list the packages");
    String::from_utf8(output.stdout).context("the list of packages is no text")
}

/// A new folder of our own that nobody else can read. It stays, so that a failure can be looked at.
pub fn scratch(name: &str) -> anyhow::Result<PathBuf> {
    use std::os::unix::fs::DirBuilderExt;
    // One run may need several of a name.
    for at in 1..=SCRATCH_MAX {
        let folder = env::temp_dir().join(format!("baton-{name}-{}-{at}", std::process::id()));
        match std::fs::DirBuilder::new().mode(0o700).create(&folder) {
            Err(taken) if taken.kind() == io::ErrorKind::AlreadyExists => {}
            made => return made.map(|()| folder).context("could not make a folder"),
        }
    }
    anyhow::bail!("{SCRATCH_MAX} folders for {name} are there already")
}

/// How many folders of one name a run may make.
const SCRATCH_MAX: u32 = 1_000;

/// Writes a line for people.
pub fn say(line: &str) -> io::Result<()> {
    let mut out = io::stdout().lock();
    writeln!(out, "{line}")?;
    out.flush()
}

/// The cargo that runs these verbs.
pub fn cargo_program() -> String {
    variable("CARGO").unwrap_or_else(|| "cargo".to_owned())
}

fn command(arguments: &[&str], variables: &[(&str, &str)]) -> Command {
    let mut command = Command::new(cargo_program());
    command.args(arguments).current_dir(root());
    command.envs(variables.iter().copied());
    // What cargo tells of these verbs to themselves is not for what they build: build scripts would
    // see other variables than without them, and half of everything would be built again.
    for (name, _) in env::vars_os() {
        if name.to_str().is_some_and(|name| TOLD_TO_US.iter().any(|told| name.starts_with(told))) {
            command.env_remove(name);
        }
    }
    let data = root().join(TEST_DATA_DEFAULT);
    if variable(TEST_DATA).is_none() && data.is_dir() {
        command.env(TEST_DATA, data);
    }
    command
}

#[expect(clippy::disallowed_methods, reason = "these verbs have no configuration file")]
fn variable(name: &str) -> Option<String> {
    env::var(name).ok()
}

/// The clock of the machine.
#[expect(clippy::disallowed_methods, reason = "each step is shown with the time that it took")]
pub fn now() -> Instant {
    Instant::now()
}

/// The time of day in microseconds since 1970, to compare with moments that other programs tell.
#[expect(clippy::disallowed_methods, reason = "a client's history is set beside strace's log")]
pub fn wall_us() -> u64 {
    let since = SystemTime::now().duration_since(SystemTime::UNIX_EPOCH).unwrap_or_default();
    u64::try_from(since.as_micros()).unwrap_or(u64::MAX)
}

/// Whether there is such a program on the path.
pub fn has_program(name: &str) -> bool {
    let mut asked = Command::new(name);
    asked.arg("--version").stdout(Stdio::null()).stderr(Stdio::null());
    asked.status().is_ok_and(|status| status.success())
}
