//! A headless browser, told what to do over two pipes by the DevTools protocol: JSON messages with a zero
//! byte behind each.

use std::io::{BufRead, BufReader, Write};
use std::path::Path;
use std::process::{Child, ChildStdin, Command, Stdio};
use std::sync::mpsc::{self, Receiver};
use std::thread;
use std::time::Duration;

use anyhow::{Context, bail, ensure};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde_json::{Value, json};

use super::keys::Stroke;
use super::looks::Look;
use crate::serving::wire;
use crate::shell::now;

/// What the browser is called where it is installed.
const NAMES: [&str; 3] = ["chromium", "chromium-browser", "google-chrome"];
/// It is given its two pipes as the files 3 and 4; a shell puts them there.
const START: &str = "exec \"$@\" 3<&0 4>&1 >/dev/null 2>/dev/null";
/// How long the browser may take to answer, and a page to load.
const ANSWER: Duration = Duration::from_mins(1);
/// How long something may take that a page does by itself.
const PATIENCE: Duration = Duration::from_secs(20);
/// How often it is looked for.
const PAUSE: Duration = Duration::from_millis(20);

/// A browser with one tab.
pub(super) struct Browser {
    child: Child,
    says: ChildStdin,
    hears: Receiver<Vec<u8>>,
    next: u64,
    session: String,
    /// The server whose pages are looked at. What asks another one is a complaint.
    home: String,
    /// What the browser complained of: errors of scripts, what the policy of a page refused, and requests to
    /// somebody else.
    pub(super) complaints: Vec<String>,
    /// What the browser calls the document that was loaded last.
    loaded: String,
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
        let mut pipe = BufReader::new(child.stdout.take().context("a pipe from the browser")?);
        let (heard, hears) = mpsc::channel();
        thread::spawn(move || {
            loop {
                let mut bytes = Vec::new();
                let read = pipe.read_until(0, &mut bytes);
                // It ends with the browser, or with whoever listens.
                if read.is_err() || bytes.pop() != Some(0) || heard.send(bytes).is_err() {
                    return;
                }
            }
        });
        let mut browser = Self {
            child,
            says,
            hears,
            next: 0,
            session: String::new(),
            home: String::new(),
            complaints: Vec::new(),
            loaded: String::new(),
        };
        let tab = browser.ask("Target.createTarget", &json!({ "url": "about:blank" }))?;
        let attach = json!({ "targetId": tab["targetId"], "flatten": true });
        let session = browser.ask("Target.attachToTarget", &attach)?;
        session["sessionId"].as_str().context("a session")?.clone_into(&mut browser.session);
        for domain in ["Page.enable", "Runtime.enable", "Log.enable", "Network.enable"] {
            browser.ask(domain, &json!({}))?;
        }
        browser.ask("Page.setLifecycleEventsEnabled", &json!({ "enabled": true }))?;
        Ok(browser)
    }

    /// Looks at the pages of this server from here on, as nobody that it knows.
    pub(super) fn visit(&mut self, home: &str) -> anyhow::Result<()> {
        self.navigate("about:blank")?;
        self.ask("Network.clearBrowserCookies", &json!({}))?;
        home.clone_into(&mut self.home);
        Ok(())
    }

    /// Looks at pages in this way from here on.
    pub(super) fn look(&mut self, look: Look) -> anyhow::Result<()> {
        let Look { width, height, dark } = look;
        let metrics = json!({
            "width": width, "height": height, "deviceScaleFactor": 1, "mobile": width < 500,
        });
        self.ask("Emulation.setDeviceMetricsOverride", &metrics)?;
        let scheme = if dark { "dark" } else { "light" };
        // Nothing fades: a colour is looked at as it is meant.
        let media = json!({ "features": [
            { "name": "prefers-color-scheme", "value": scheme },
            { "name": "prefers-reduced-motion", "value": "reduce" },
        ] });
        self.ask("Emulation.setEmulatedMedia", &media)?;
        Ok(())
    }

    /// Opens a page of the server and waits until it is loaded.
    pub(super) fn open(&mut self, path: &str) -> anyhow::Result<()> {
        self.navigate(&format!("{}{path}", self.home))
    }

    /// Does something that leads to another page, and waits until that is loaded.
    pub(super) fn go(&mut self, script: &str) -> anyhow::Result<()> {
        let before = self.loaded.clone();
        self.run(script)?;
        self.heard(|tab| tab.loaded != before)
    }

    /// Loads nothing from addresses of these patterns from here on.
    pub(super) fn block(&mut self, patterns: &[&str]) -> anyhow::Result<()> {
        self.ask("Network.setCacheDisabled", &json!({ "cacheDisabled": !patterns.is_empty() }))?;
        self.ask("Network.setBlockedURLs", &json!({ "urls": patterns }))?;
        Ok(())
    }

    /// Presses a key, as in `a`, `Enter`, `Ctrl+k`.
    pub(super) fn press(&mut self, stroke: &str) -> anyhow::Result<()> {
        for event in Stroke::of(stroke)?.events() {
            self.ask("Input.dispatchKeyEvent", &event)?;
        }
        Ok(())
    }

    /// Presses a key that leads to another page.
    pub(super) fn press_and_go(&mut self, stroke: &str) -> anyhow::Result<()> {
        let before = self.loaded.clone();
        self.press(stroke)?;
        self.heard(|tab| tab.loaded != before)
    }

    /// Presses the keys of a text one after another.
    pub(super) fn type_text(&mut self, text: &str) -> anyhow::Result<()> {
        text.chars().try_for_each(|letter| self.press(letter.encode_utf8(&mut [0; 4])))
    }

    /// Waits until a script comes to something true; whether it did in time.
    pub(super) fn until(&mut self, script: &str) -> bool {
        let began = now();
        // A page that is on its way out has nothing to say.
        while !self.run(script).is_ok_and(|came| is_true(&came)) {
            if began.elapsed() > PATIENCE {
                return false;
            }
            wire::wait(PAUSE);
        }
        true
    }

    /// What a script comes to, as text.
    pub(super) fn text(&mut self, script: &str) -> anyhow::Result<String> {
        Ok(self.run(script)?.as_str().unwrap_or_default().to_owned())
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

    fn navigate(&mut self, address: &str) -> anyhow::Result<()> {
        let went = self.ask("Page.navigate", &json!({ "url": address }))?;
        if let Some(error) = went["errorText"].as_str() {
            bail!("{address} does not open: {error}");
        }
        // Another place of the same page loads nothing.
        let Some(document) = went["loaderId"].as_str() else { return Ok(()) };
        self.heard(|tab| tab.loaded == document)
    }

    /// Hears what the browser tells until a page is loaded.
    fn heard(&mut self, is: impl Fn(&Self) -> bool) -> anyhow::Result<()> {
        let began = now();
        while !is(self) {
            ensure!(began.elapsed() < ANSWER, "no page follows");
            let message = self.message()?;
            self.take(&message);
        }
        Ok(())
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
        let began = now();
        while began.elapsed() < ANSWER {
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
        let bytes = self.hears.recv_timeout(ANSWER).context("the browser says nothing")?;
        Ok(serde_json::from_slice(&bytes)?)
    }

    /// Takes in what the browser tells by itself.
    fn take(&mut self, message: &Value) {
        let params = &message["params"];
        match message["method"].as_str() {
            Some("Page.lifecycleEvent") if params["name"] == "load" => {
                params["loaderId"].as_str().unwrap_or_default().clone_into(&mut self.loaded);
            }
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
            Some("Runtime.consoleAPICalled") if params["type"] == "error" => {
                self.complaints.push(params["args"].to_string());
            }
            Some("Network.requestWillBeSent" | "Network.webSocketCreated") => {
                let asked = params["request"]["url"].as_str().or_else(|| params["url"].as_str());
                let asked = asked.unwrap_or_default();
                if asked.contains("://") && !asked.starts_with(&format!("{}/", self.home)) {
                    self.complaints.push(format!("a page asks somebody else: {asked}"));
                }
            }
            Some(_) | None => {}
        }
    }
}

fn is_true(value: &Value) -> bool {
    match value {
        Value::Bool(is) => *is,
        Value::Null => false,
        Value::String(text) => !text.is_empty(),
        Value::Number(number) => number.as_f64() != Some(0.0),
        Value::Array(_) | Value::Object(_) => true,
    }
}

impl Drop for Browser {
    fn drop(&mut self) {
        // Nobody waits for it any more.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
