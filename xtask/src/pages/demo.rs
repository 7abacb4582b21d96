//! A demo that runs beside the browser.

use std::io::{BufRead, BufReader};
use std::path::Path;
use std::process::{Child, Command, Stdio};

use anyhow::{Context, ensure};

use crate::shell::output;

/// A small demo of this seed ends with a lead that is offered to the rep of the tour.
const SEED: &str = "1";

/// Its process, and where it listens.
pub(super) struct Demo {
    child: Child,
    /// Its address, with the scheme.
    pub(super) address: String,
}

impl Demo {
    /// Starts it with its data in a folder, and waits until it listens.
    pub(super) fn start(program: &Path, data: &Path) -> anyhow::Result<Self> {
        let mut child = Command::new(program)
            .args([
                "demo",
                "--small",
                "--seed",
                SEED,
                "--rate",
                "2",
                "--listen",
                "127.0.0.1:0",
                "--data",
            ])
            .arg(data)
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .context("the demo does not start")?;
        let says = child.stdout.take().context("the demo has no output")?;
        let mut lines = BufReader::new(says).lines();
        let address = loop {
            let line = lines.next().context("the demo ended before it listened")??;
            if let Some((_, rest)) = line.split_once("http://") {
                break rest.split(['/', ' ']).next().unwrap_or_default().to_owned();
            }
        };
        // What it says at its end has somewhere to go.
        std::thread::spawn(move || lines.for_each(drop));
        Ok(Self { child, address: format!("http://{address}") })
    }

    /// Asks it to end, and waits for it.
    pub(super) fn end(&mut self) -> anyhow::Result<()> {
        output("kill", &["-INT", &self.child.id().to_string()])?;
        let ended = self.child.wait()?;
        ensure!(ended.success(), "the demo ended with {ended}");
        Ok(())
    }
}
