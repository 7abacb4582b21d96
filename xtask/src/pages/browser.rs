//! A headless browser, told what to do over two pipes by the DevTools protocol: JSON messages with a zero
//! byte behind each.

use std::io::{BufRead, BufReader, Write};
use std::path::Path;
use std::process::{Child, ChildStdin, ChildStdout, Command, Stdio};

use anyhow::{Context, bail, ensure};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde_json::{Value, json};

/// What the browser is called where it is installed.
const NAMES: [&str; 3] = ["chromium", "chromium-browser", "google-chrome"];
/// It is given its two pipes as the files 3 and 4; a shell puts them there.
const START: &str = "exec \"$@\" 3<&0 4>&1 >/dev/null 2>/dev/null";
/// Messages that are read while one answer is waited for, at most.
const MESSAGES_MAX: usize = 100_000;

/// How a page is looked at.
#[derive(Clone, Copy, Debug)]
pub(super) struct Look {
    /// How wide, in pixels.
    pub(super) width: u32,
    /// How high, in pixels.
    pub(super) height: u32,
    /// Whether the system is dark.
    pub(super) dark: bool,
}

/// A browser with one tab.
pub(super) struct Browser {
    child: Child,
    says: ChildStdin,
    hears: BufReader<ChildStdout>,
    next: u64,
    session: String,
    /// What the browser complained of: errors of scripts, and what the policy of a page refused.
    pub(super) complaints: Vec<String>,
    loads: u64,
}

/// The browser's program, where it is installed.
pub(super) fn installed() -> Option<&'static str> {
    NAMES.into_iter().find(|name| {
        let mut asked = Command::new(name);
        asked.arg("--version").stdout(Stdio::null()).stderr(Stdio::null());
        asked.status().is_ok_and(|ended| ended.success())
    })
}

impl Browser {
    /// Starts it with a profile of its own in a folder.
    pub(super) fn start(program: &str, profile: &Path) -> anyhow::Result<Self> {
        let mut child = Command::new("sh")
            .args(["-c", START, "browser", program, "--headless", "--no-sandbox", "--disable-gpu"])
            .args(["--remote-debugging-pipe", "--hide-scrollbars", "--no-first-run"])
            .arg(format!("--user-data-dir={}", profile.display()))
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .context("the browser does not start")?;
        let says = child.stdin.take().context("a pipe to the browser")?;
        let hears = BufReader::new(child.stdout.take().context("a pipe from the browser")?);
        let mut browser = Self {
            child,
            says,
            hears,
            next: 0,
            session: String::new(),
            complaints: Vec::new(),
            loads: 0,
        };
        let tab = browser.ask("Target.createTarget", &json!({ "url": "about:blank" }))?;
        let attach = json!({ "targetId": tab["targetId"], "flatten": true });
        let session = browser.ask("Target.attachToTarget", &attach)?;
        session["sessionId"].as_str().context("a session")?.clone_into(&mut browser.session);
        for domain in ["Page.enable", "Runtime.enable", "Log.enable"] {
            browser.ask(domain, &json!({}))?;
        }
        Ok(browser)
    }

    /// Looks at pages in this way from here on.
    pub(super) fn look(&mut self, look: Look) -> anyhow::Result<()> {
        let Look { width, height, dark } = look;
        let metrics = json!({
            "width": width, "height": height, "deviceScaleFactor": 1, "mobile": width < 500,
        });
        self.ask("Emulation.setDeviceMetricsOverride", &metrics)?;
        let scheme = if dark { "dark" } else { "light" };
        let media = json!({ "features": [{ "name": "prefers-color-scheme", "value": scheme }] });
        self.ask("Emulation.setEmulatedMedia", &media)?;
        Ok(())
    }

    /// Opens an address and waits until it is loaded.
    pub(super) fn open(&mut self, address: &str) -> anyhow::Result<()> {
        let before = self.loads;
        let went = self.ask("Page.navigate", &json!({ "url": address }))?;
        if let Some(error) = went["errorText"].as_str() {
            bail!("{address} does not open: {error}");
        }
        self.loaded_since(before)
    }

    /// Does something that leads to another page, and waits until that is loaded.
    pub(super) fn go(&mut self, script: &str) -> anyhow::Result<()> {
        let before = self.loads;
        self.run(script)?;
        self.loaded_since(before)
    }

    /// Presses a key.
    pub(super) fn press(&mut self, key: &str) -> anyhow::Result<()> {
        for kind in ["keyDown", "keyUp"] {
            let event = json!({ "type": kind, "key": key, "text": if kind == "keyDown" { key } else { "" } });
            self.ask("Input.dispatchKeyEvent", &event)?;
        }
        Ok(())
    }

    /// Presses a key that leads to another page.
    pub(super) fn press_and_go(&mut self, key: &str) -> anyhow::Result<()> {
        let before = self.loads;
        self.press(key)?;
        self.loaded_since(before)
    }

    /// What a script comes to.
    pub(super) fn run(&mut self, script: &str) -> anyhow::Result<Value> {
        let asked = json!({ "expression": script, "returnByValue": true, "awaitPromise": true });
        let mut came = self.ask("Runtime.evaluate", &asked)?;
        if let Some(thrown) = came["exceptionDetails"]["exception"]["description"].as_str() {
            bail!("`{script}` failed: {thrown}");
        }
        Ok(came["result"]["value"].take())
    }

    /// What is seen, as a PNG.
    pub(super) fn picture(&mut self) -> anyhow::Result<Vec<u8>> {
        let shot = self.ask("Page.captureScreenshot", &json!({ "format": "png" }))?;
        let data = shot["data"].as_str().context("a picture")?;
        STANDARD.decode(data).context("a picture in base64")
    }

    fn loaded_since(&mut self, before: u64) -> anyhow::Result<()> {
        for _ in 0..MESSAGES_MAX {
            if self.loads > before {
                return Ok(());
            }
            let message = self.message()?;
            self.take(&message);
        }
        bail!("a page does not finish loading")
    }

    fn ask(&mut self, method: &str, params: &Value) -> anyhow::Result<Value> {
        self.next += 1;
        let id = self.next;
        let mut message = json!({ "id": id, "method": method, "params": params });
        if !self.session.is_empty() {
            message["sessionId"] = json!(self.session);
        }
        self.says.write_all(message.to_string().as_bytes())?;
        self.says.write_all(&[0])?;
        self.says.flush()?;
        for _ in 0..MESSAGES_MAX {
            let mut message = self.message()?;
            if message["id"] == json!(id) {
                ensure!(message["error"].is_null(), "{method} failed: {}", message["error"]);
                return Ok(message["result"].take());
            }
            self.take(&message);
        }
        bail!("{method} has no answer")
    }

    fn message(&mut self) -> anyhow::Result<Value> {
        let mut bytes = Vec::new();
        self.hears.read_until(0, &mut bytes)?;
        ensure!(bytes.pop() == Some(0), "the browser went away");
        Ok(serde_json::from_slice(&bytes)?)
    }

    /// Takes in what the browser tells by itself.
    fn take(&mut self, message: &Value) {
        let params = &message["params"];
        match message["method"].as_str() {
            Some("Page.loadEventFired") => self.loads += 1,
            Some("Runtime.exceptionThrown") => {
                self.complaints.push(params["exceptionDetails"].to_string());
            }
            Some("Log.entryAdded") if params["entry"]["level"] == "error" => {
                let entry = &params["entry"];
                // A page that answers with an error says so in its status, which is looked at apart.
                if entry["source"] != "network" {
                    self.complaints.push(entry["text"].to_string());
                }
            }
            Some(_) | None => {}
        }
    }
}

impl Drop for Browser {
    fn drop(&mut self) {
        // Nobody waits for it any more.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
