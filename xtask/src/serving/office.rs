//! A data folder with a strategy in force and a key, and what the program says of it afterwards.

use std::fs;
use std::net::{SocketAddr, TcpListener};
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use anyhow::{Context, ensure};

use crate::shell::{cargo, root, say, scratch};

/// Where everything is.
pub(crate) struct Office {
    /// What it is for, which is also the name of its key.
    name: &'static str,
    program: PathBuf,
    pub(crate) folder: PathBuf,
    pub(crate) data: PathBuf,
    pub(crate) address: SocketAddr,
    pub(crate) key: String,
    /// What its key may do.
    scope: &'static str,
    /// A variable that the program finds in its environment.
    variable: Option<(&'static str, &'static str)>,
}

/// What an export says, apart from what the program's tables may say.
pub(crate) struct Exported {
    pub(crate) facts: Vec<serde_json::Value>,
    /// The lines as they were printed.
    pub(crate) text: String,
}

impl Office {
    /// Finds a folder and an address for the program, which is built where none is given.
    pub(crate) fn found(name: &'static str, program: Option<&Path>) -> anyhow::Result<Self> {
        let folder = fs::canonicalize(scratch(name)?)?;
        let office = Self {
            name,
            program: match program {
                Some(program) => fs::canonicalize(program).context("there is no such program")?,
                None => built()?,
            },
            data: folder.join("data"),
            folder,
            address: free_address()?,
            key: String::new(),
            scope: "ingest,read",
            variable: None,
        };
        say(&format!("data folder {}", office.data.display()))?;
        Ok(office)
    }

    /// The same, with its data folder elsewhere below its own.
    pub(crate) fn with_data(self, below: &str) -> Self {
        Self { data: self.folder.join(below), ..self }
    }

    /// The same, with a key that may do this.
    pub(crate) fn with_scope(self, scope: &'static str) -> Self {
        Self { scope, ..self }
    }

    /// The same program, key and settings, in another folder and at another address.
    pub(crate) fn moved(&self, folder: &Path, settings: &str) -> anyhow::Result<Self> {
        let data = self.data.strip_prefix(&self.folder).context("the data lie in the folder")?;
        let moved = Self {
            program: self.program.clone(),
            data: folder.join(data),
            folder: folder.to_owned(),
            address: free_address()?,
            key: self.key.clone(),
            ..*self
        };
        moved.write_settings(settings)?;
        Ok(moved)
    }

    /// The same, with a variable in the program's environment.
    pub(crate) fn with_variable(self, name: &'static str, value: &'static str) -> Self {
        Self { variable: Some((name, value)), ..self }
    }

    /// Writes the settings behind the address, puts the strategy in force, and makes a key for the
    /// source `web`.
    pub(crate) fn open(mut self, settings: &str, strategy: &Path) -> anyhow::Result<Self> {
        self.write_settings(settings)?;
        self.admit(strategy)?;
        Ok(self)
    }

    /// The same with no strategy in force.
    pub(crate) fn open_without_strategy(mut self, settings: &str) -> anyhow::Result<Self> {
        self.write_settings(settings)?;
        self.make_key()?;
        Ok(self)
    }

    /// Puts the strategy in force, and makes a key for the source `web`.
    pub(crate) fn admit(&mut self, strategy: &Path) -> anyhow::Result<()> {
        let strategy = strategy.to_str().context("the strategy's path is no text")?;
        self.run(&["apply", strategy, "--mode", "live"])?;
        self.make_key()
    }

    fn make_key(&mut self) -> anyhow::Result<()> {
        let made = self.run(&[
            "key", "create", "--name", self.name, "--scope", self.scope, "--source", "web",
            "--json",
        ])?;
        let made: serde_json::Value = serde_json::from_slice(&made.stdout)?;
        made["key"].as_str().context("no key was made")?.clone_into(&mut self.key);
        Ok(())
    }

    /// All facts, personal data included.
    pub(crate) fn exported(&self) -> anyhow::Result<Exported> {
        let output = self.run(&["export", "--what", "facts", "--purpose", self.name, "--json"])?;
        let text = String::from_utf8(output.stdout).context("an export is text")?;
        let facts = text.lines().map(serde_json::from_str).collect::<Result<_, _>>()?;
        Ok(Exported { facts, text })
    }

    /// What doctor finds; nothing where all is well.
    pub(crate) fn doctor(&self) -> anyhow::Result<String> {
        self.complaints(&["doctor"])
    }

    /// What a verb that looks for problems says; nothing where it finds none.
    pub(crate) fn complaints(&self, arguments: &[&str]) -> anyhow::Result<String> {
        let output = self.command(arguments).output()?;
        if output.status.success() {
            return Ok(String::new());
        }
        Ok(String::from_utf8_lossy(&output.stdout).into_owned()
            + &String::from_utf8_lossy(&output.stderr))
    }

    fn write_settings(&self, settings: &str) -> anyhow::Result<()> {
        let settings = format!("[listen]\naddress = \"{}\"\n\n{settings}", self.address);
        Ok(fs::write(self.folder.join("baton.toml"), settings)?)
    }

    pub(crate) fn command(&self, arguments: &[&str]) -> Command {
        let mut command = Command::new(&self.program);
        command.args(arguments).arg("--data").arg(&self.data).envs(self.variable);
        command
    }

    pub(crate) fn run(&self, arguments: &[&str]) -> anyhow::Result<Output> {
        let output = self.command(arguments).output().context("the program does not start")?;
        ensure!(
            output.status.success(),
            "baton {} failed: {}",
            arguments.join(" "),
            String::from_utf8_lossy(&output.stderr)
        );
        Ok(output)
    }
}

/// The program, built for release.
pub(crate) fn built() -> anyhow::Result<PathBuf> {
    let built = cargo(&["build", "--release", "--package", "baton"], &[], |_| {})?;
    ensure!(built.well, "the program does not build");
    Ok(root().join("target/release/baton"))
}

pub(crate) fn free_address() -> anyhow::Result<SocketAddr> {
    Ok(TcpListener::bind("127.0.0.1:0")?.local_addr()?)
}
