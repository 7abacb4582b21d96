//! The program itself as a server, in a folder that goes away, and somebody who speaks to it.

use std::io::{BufRead, BufReader, Write};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::Duration;

use tempfile::TempDir;

/// How often it is asked whether it is ready, a hundredth of a second apart.
const ASKED_MAX: u32 = 1_000;

/// A server that ends when it is let go.
pub(crate) struct Server {
    /// Where its data lies.
    pub(crate) data: PathBuf,
    child: Child,
    address: SocketAddr,
    key: String,
    _folder: TempDir,
}

impl Server {
    /// Starts the release build with one source, under a strategy or without.
    pub(crate) fn start(strategy: Option<&Path>) -> Self {
        let folder = tempfile::tempdir().expect("a folder");
        let (data, settings) = (folder.path().join("data"), folder.path().join("baton.toml"));
        let address = free_address();
        std::fs::write(&settings, settings_of(address, folder.path())).expect("writes");
        if let Some(strategy) = strategy {
            run(&data, &["apply", strategy.to_str().expect("a path in UTF-8")]);
        }
        let made = ["key", "create", "--name", "bench", "--scope", "ingest,read", "--json"];
        let made = run(&data, &[&made[..], &["--source", "web"]].concat());
        let key = text_of(&made, "\"key\":\"").expect("a key").to_owned();
        let child = baton(&data)
            .args(["serve", "--config"])
            .arg(&settings)
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .expect("starts");
        let server = Self { data, child, address, key, _folder: folder };
        server.wait();
        server
    }

    fn wait(&self) {
        for _ in 0..ASKED_MAX {
            if let Ok(mut asked) = TcpStream::connect(self.address)
                && asked.write_all(b"GET /readyz HTTP/1.1\r\nHost: b\r\n\r\n").is_ok()
                && answer(&mut BufReader::new(&asked)).is_some_and(|(status, _)| status == 200)
            {
                return;
            }
            rest(Duration::from_millis(10));
        }
        panic!("the server is not ready");
    }

    /// A connection that is kept.
    pub(crate) fn speak(&self) -> Client {
        let stream = TcpStream::connect(self.address).expect("connects");
        stream.set_nodelay(true).expect("sets");
        Client { stream: BufReader::new(stream), key: self.key.clone() }
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// Somebody who sends signals.
pub(crate) struct Client {
    stream: BufReader<TcpStream>,
    key: String,
}

impl Client {
    /// A request with its head, to be sent as it is.
    pub(crate) fn request(&self, to: &str, kind: &str, body: &str) -> Vec<u8> {
        let head = format!(
            "POST {to} HTTP/1.1\r\nHost: bench\r\nAuthorization: Bearer {}\r\n\
             Content-Type: {kind}\r\nContent-Length: {}\r\n\r\n",
            self.key,
            body.len()
        );
        [head.as_bytes(), body.as_bytes()].concat()
    }

    /// Sends a request and waits for the answer: its status and body.
    pub(crate) fn send(&mut self, request: &[u8]) -> (u16, String) {
        self.stream.get_mut().write_all(request).expect("sends");
        answer(&mut self.stream).expect("an answer")
    }
}

/// Waits for some time.
#[expect(clippy::disallowed_methods, reason = "a load comes at its own pace")]
pub(crate) fn rest(time: Duration) {
    std::thread::sleep(time);
}

fn answer(from: &mut impl BufRead) -> Option<(u16, String)> {
    let mut line = String::new();
    from.read_line(&mut line).ok()?;
    let status = line.split(' ').nth(1)?.parse().ok()?;
    let mut length = 0;
    loop {
        line.clear();
        from.read_line(&mut line).ok()?;
        let head = line.trim_end().to_ascii_lowercase();
        if head.is_empty() {
            break;
        }
        if let Some(told) = head.strip_prefix("content-length:") {
            length = told.trim().parse().ok()?;
        }
    }
    let mut body = vec![0; length];
    from.read_exact(&mut body).ok()?;
    Some((status, String::from_utf8(body).ok()?))
}

fn settings_of(address: SocketAddr, folder: &Path) -> String {
    format!(
        "[listen]\naddress = \"{address}\"\n\n[telemetry]\nlog = \"error\"\n\n[sources.web]\n\
         kind = \"cloudevents\"\nverifies = [\"external_id\", \"email\"]\n\n\
         [destinations.crm-hook]\nkind = \"file\"\npath = \"{folder}/crm.jsonl\"\n\n\
         [destinations.archive]\nkind = \"file\"\npath = \"{folder}/archive.jsonl\"\n",
        folder = folder.display()
    )
}

fn free_address() -> SocketAddr {
    let listener = TcpListener::bind("127.0.0.1:0").expect("binds");
    listener.local_addr().expect("an address")
}

fn baton(data: &Path) -> Command {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
    let mut command = Command::new(root.join("target/release/baton"));
    command.arg("--data").arg(data);
    command
}

/// Runs the release build over a data folder, and gives what it printed.
pub(crate) fn run(data: &Path, arguments: &[&str]) -> String {
    let ended = baton(data).args(arguments).output().expect("the program is built");
    assert!(ended.status.success(), "{}", String::from_utf8_lossy(&ended.stderr));
    String::from_utf8(ended.stdout).expect("UTF-8")
}

/// What stands between a word and the next quote.
pub(crate) fn text_of<'t>(text: &'t str, after: &str) -> Option<&'t str> {
    let begins = text.find(after)? + after.len();
    let length = text[begins..].find('"')?;
    Some(&text[begins..begins + length])
}

/// The number that stands behind a word.
pub(crate) fn number_of(text: &str, after: &str) -> Option<u64> {
    let rest = &text[text.find(after)? + after.len()..];
    let length = rest.find(|one: char| !one.is_ascii_digit()).unwrap_or(rest.len());
    rest[..length].parse().ok()
}
