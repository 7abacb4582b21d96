//! The server: a real process, which may be killed as a power cut would not be so kind as to do.

use std::ffi::OsString;
use std::fs::OpenOptions;
use std::net::SocketAddr;
use std::process::{Child, Command, ExitStatus, Stdio};
use std::time::Duration;

use anyhow::{Context, bail, ensure};

use super::office::Office;
use super::wire;
use crate::shell::now;

/// How long a start may take.
const START: Duration = Duration::from_secs(30);

/// How old the figures of `/metrics` are at most.
const FIGURES_AGE: Duration = Duration::from_millis(1_100);

pub(crate) struct Server(Child);

impl Server {
    pub(crate) fn start(office: &Office) -> anyhow::Result<Self> {
        Self::start_under(office, &[])
    }

    /// Starts the server behind another program and its arguments, which becomes the server.
    pub(crate) fn start_under(office: &Office, before: &[String]) -> anyhow::Result<Self> {
        let config = office.folder.join("baton.toml");
        let mut serve = office.command(&["serve"]);
        serve.arg("--config").arg(config);
        let log = office.folder.join("serve.log");
        let said = OpenOptions::new().create(true).append(true).open(log)?;
        let child = under(before, &serve)
            .stdout(Stdio::null())
            .stderr(said)
            .spawn()
            .context("the server does not start")?;
        Ok(Self(child))
    }

    pub(crate) fn wait_until_ready(&mut self, office: &Office) -> anyhow::Result<()> {
        let began = now();
        while status(office.address, "/readyz") != Some(200) {
            if let Some(ended) = self.0.try_wait()? {
                bail!("the server ended by itself: {ended}");
            }
            ensure!(began.elapsed() < START, "the server is not ready after {START:?}");
            wire::wait(Duration::from_millis(5));
        }
        Ok(())
    }

    /// Waits until nothing waits for a turn and nothing is to be delivered.
    pub(crate) fn wait_until_idle(
        &mut self,
        office: &Office,
        patience: Duration,
    ) -> anyhow::Result<()> {
        let began = now();
        // The figures are up to a second old, and nothing of what was just sent may be in them yet.
        wire::wait(FIGURES_AGE);
        loop {
            let bearer = format!("Bearer {}", office.key);
            let headers = [("authorization", bearer.as_str())];
            let metrics = wire::request(office.address, "GET", "/metrics", &headers, b"");
            if let Ok(metrics) = metrics {
                if let Some(ended) = self.0.try_wait()? {
                    bail!("the server ended by itself: {ended}");
                }
                let text = String::from_utf8_lossy(&metrics.body).into_owned();
                if gauge(&text, "baton_signals_pending") == Some(0.0)
                    && gauge(&text, "baton_deliveries_open") == Some(0.0)
                {
                    return Ok(());
                }
                ensure!(began.elapsed() < patience, "something is stranded:\n{text}");
            }
            ensure!(began.elapsed() < patience, "the server does not answer");
            wire::wait(Duration::from_millis(200));
        }
    }

    /// Ends it with SIGKILL, as a crash would.
    pub(crate) fn kill(&mut self) -> anyhow::Result<()> {
        self.0.kill()?;
        self.0.wait()?;
        Ok(())
    }

    /// SIGTERM: it drains and exits with 0.
    pub(crate) fn terminate(mut self) -> anyhow::Result<()> {
        self.ask_to_end()?;
        let ended = self.0.wait()?;
        ensure!(ended.success(), "the server ended with {ended}");
        Ok(())
    }

    /// Asks it to end with SIGTERM.
    pub(crate) fn ask_to_end(&self) -> anyhow::Result<()> {
        let pid = self.0.id().to_string();
        let told = Command::new("kill").args(["-TERM", &pid]).status()?;
        ensure!(told.success(), "the server could not be told to end");
        Ok(())
    }

    /// How much memory it holds, or held at most, in KiB as the system counts: `VmRSS`, `VmHWM`.
    pub(crate) fn memory_kib(&self, figure: &str) -> anyhow::Result<u64> {
        let status = std::fs::read_to_string(format!("/proc/{}/status", self.0.id()))?;
        let mut lines = status.lines().filter_map(|line| line.split_once(':'));
        let (_, value) = lines.find(|(name, _)| *name == figure).context("no such figure")?;
        Ok(value.trim().trim_end_matches(" kB").parse()?)
    }

    /// How it ended, if it has.
    pub(crate) fn ended(&mut self) -> anyhow::Result<Option<ExitStatus>> {
        Ok(self.0.try_wait()?)
    }
}

/// The same command behind another program and its arguments.
pub(crate) fn under(before: &[String], command: &Command) -> Command {
    let mut words = before.iter().map(OsString::from).chain([command.get_program().to_owned()]);
    let mut under = Command::new(words.next().expect("a command has a program"));
    under.args(words).args(command.get_args());
    for (name, value) in command.get_envs() {
        if let Some(value) = value {
            under.env(name, value);
        }
    }
    under
}

impl Drop for Server {
    fn drop(&mut self) {
        // Already gone where all went well.
        let _gone = self.0.kill();
        let _reaped = self.0.wait();
    }
}

fn status(address: SocketAddr, path: &str) -> Option<u16> {
    wire::request(address, "GET", path, &[], b"").ok().map(|answer| answer.status())
}

/// One figure of `/metrics`.
pub(crate) fn gauge(metrics: &str, name: &str) -> Option<f64> {
    let line = metrics.lines().find(|line| line.split([' ', '{']).next() == Some(name))?;
    line.rsplit(' ').next()?.parse().ok()
}
