//! The server: a real process, which may be killed as a power cut would not be so kind as to do.

use std::net::SocketAddr;
use std::process::{Child, Command, Stdio};
use std::time::Duration;

use anyhow::{Context, bail, ensure};

use super::office::Office;
use super::wire;
use crate::shell::now;

/// How long a start may take.
const START: Duration = Duration::from_secs(30);

pub(crate) struct Server(Child);

impl Server {
    pub(crate) fn start(office: &Office) -> anyhow::Result<Self> {
        let config = office.folder.join("baton.toml");
        let child = office
            .command(&["serve"])
            .arg("--config")
            .arg(config)
            .stdout(Stdio::null())
            .stderr(Stdio::null())
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

    /// SIGKILL.
    pub(crate) fn kill(&mut self) -> anyhow::Result<()> {
        self.0.kill()?;
        self.0.wait()?;
        Ok(())
    }

    /// SIGTERM: it drains and exits with 0.
    pub(crate) fn terminate(mut self) -> anyhow::Result<()> {
        let pid = self.0.id().to_string();
        let told = Command::new("kill").args(["-TERM", &pid]).status()?;
        ensure!(told.success(), "the server could not be told to end");
        let ended = self.0.wait()?;
        ensure!(ended.success(), "the server ended with {ended}");
        Ok(())
    }
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

fn gauge(metrics: &str, name: &str) -> Option<f64> {
    let line = metrics.lines().find(|line| line.split([' ', '{']).next() == Some(name))?;
    line.rsplit(' ').next()?.parse().ok()
}
