//! `cargo xtask pages`: the demo in a headless browser. It walks the tour as a visitor would, presses what
//! there is to press, and takes a picture of each page at three widths, light and dark.
//!
//! It exits with 1 where the browser complains (an error of a script, something that the policy of a page
//! refused), where a page is wider than the window, or where something on the way is not there.

mod browser;
mod walk;

use std::fs;
use std::io::{BufRead, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, ExitCode, Stdio};

use anyhow::{Context, ensure};
use browser::Browser;

use crate::shell::{cargo, output, root, say, scratch};

/// Packages that bring a browser, and the letters that the pages were drawn with.
const PACKAGES: [&str; 2] = ["chromium", "fonts-inter"];

/// What is to be done.
pub struct Plan {
    /// The program, where it is built already.
    pub program: Option<PathBuf>,
    /// The folder of the pictures; `target/pages` without it.
    pub pictures: Option<PathBuf>,
}

/// Walks the demo, and leaves pictures of it.
pub fn run(plan: &Plan) -> anyhow::Result<ExitCode> {
    let browser = browser_installed()?;
    let program = match &plan.program {
        Some(program) => program.clone(),
        None => built()?,
    };
    let pictures = plan.pictures.clone().unwrap_or_else(|| root().join("target/pages"));
    fs::create_dir_all(&pictures).context("the folder of the pictures could not be made")?;
    let folder = scratch("pages")?;
    let mut demo = Demo::start(&program, &folder.join("demo"))?;
    let mut tab = Browser::start(browser, &folder.join("profile"))?;
    let walked = walk::all(&mut tab, &demo.address, &pictures);
    let ended = demo.end();
    let mut faults = walked?;
    ended?;
    faults.extend(
        tab.complaints.iter().map(|complaint| format!("the browser complains: {complaint}")),
    );
    fs::remove_dir_all(&folder).context("the scratch folder could not be removed")?;
    say(&format!("pictures are in {}", pictures.display()))?;
    if faults.is_empty() {
        say("the pages are as they should be")?;
        return Ok(ExitCode::SUCCESS);
    }
    for fault in &faults {
        say(fault)?;
    }
    Ok(ExitCode::FAILURE)
}

/// The browser's program. Where there is none, Debian's is installed.
fn browser_installed() -> anyhow::Result<&'static str> {
    if let Some(known) = browser::installed() {
        return Ok(known);
    }
    say("installing a browser with apt-get")?;
    output("apt-get", &["update", "-qq"])?;
    output("apt-get", &[&["install", "-y", "-qq"], PACKAGES.as_slice()].concat())?;
    browser::installed().context("no browser is installed: install `chromium`")
}

fn built() -> anyhow::Result<PathBuf> {
    let ended = cargo(&["build", "--release", "--quiet", "--package", "baton"], &[], |_| ())?;
    ensure!(ended.well, "the program could not be built");
    Ok(root().join("target/release/baton"))
}

/// A demo that runs.
struct Demo {
    child: Child,
    address: String,
}

impl Demo {
    fn start(program: &Path, data: &Path) -> anyhow::Result<Self> {
        let mut child = Command::new(program)
            .args(["demo", "--seed", "7", "--rate", "5", "--listen", "127.0.0.1:0", "--data"])
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

    fn end(&mut self) -> anyhow::Result<()> {
        output("kill", &["-INT", &self.child.id().to_string()])?;
        let ended = self.child.wait()?;
        ensure!(ended.success(), "the demo ended with {ended}");
        Ok(())
    }
}
