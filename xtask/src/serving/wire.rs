//! The least of HTTP that a client and a receiver of ours need, without any of the program's code.

use std::io::{BufRead, BufReader, Read, Write};
use std::net::{SocketAddr, TcpStream};
use std::sync::mpsc;
use std::time::Duration;

use anyhow::{Context, ensure};

/// The largest message that is read.
const BYTES_MAX: usize = 16 << 20;

/// A message with its first line, headers in lower case and body.
#[derive(Debug)]
pub(crate) struct Message {
    pub(crate) first: String,
    pub(crate) headers: Vec<(String, String)>,
    pub(crate) body: Vec<u8>,
}

impl Message {
    pub(crate) fn header(&self, name: &str) -> Option<&str> {
        self.headers.iter().find(|(known, _)| known == name).map(|(_, value)| value.as_str())
    }

    /// The status of a response.
    pub(crate) fn status(&self) -> u16 {
        self.first.split(' ').nth(1).and_then(|code| code.parse().ok()).unwrap_or(0)
    }
}

/// Sends a request over a connection of its own.
pub(crate) fn request(
    address: SocketAddr,
    method: &str,
    path: &str,
    headers: &[(&str, &str)],
    body: &[u8],
) -> anyhow::Result<Message> {
    let mut stream = TcpStream::connect_timeout(&address, Duration::from_secs(1))?;
    stream.set_read_timeout(Some(Duration::from_secs(10)))?;
    let mut head = format!(
        "{method} {path} HTTP/1.1\r\nhost: {address}\r\nconnection: close\r\ncontent-length: {}\r\n",
        body.len()
    );
    for (name, value) in headers {
        head.extend([name, ": ", value, "\r\n"]);
    }
    head.push_str("\r\n");
    stream.write_all(head.as_bytes())?;
    stream.write_all(body)?;
    read(&mut BufReader::new(stream))
}

/// Reads a message.
pub(crate) fn read(stream: &mut impl BufRead) -> anyhow::Result<Message> {
    let mut first = String::new();
    stream.take(8_192).read_line(&mut first)?;
    ensure!(!first.is_empty(), "the connection ended");
    let mut headers = Vec::new();
    loop {
        let mut line = String::new();
        stream.take(65_536).read_line(&mut line)?;
        let line = line.trim_end();
        if line.is_empty() {
            break;
        }
        let (name, value) = line.split_once(':').context("a header without a colon")?;
        headers.push((name.to_ascii_lowercase(), value.trim().to_owned()));
    }
    let mut message = Message { first: first.trim_end().to_owned(), headers, body: Vec::new() };
    let length = message.header("content-length").and_then(|length| length.parse().ok());
    match length {
        Some(length) => {
            ensure!(length <= BYTES_MAX, "a message of {length} bytes");
            message.body.resize(length, 0);
            stream.read_exact(&mut message.body)?;
        }
        None if message.header("connection") == Some("close") => {
            stream.take(BYTES_MAX as u64).read_to_end(&mut message.body)?;
        }
        None => {}
    }
    Ok(message)
}

/// Waits. Nobody sends, so that the time runs out.
pub(crate) fn wait(time: Duration) {
    let (_sender, receiver) = mpsc::channel::<()>();
    let _timed_out = receiver.recv_timeout(time);
}

/// Numbers that a seed repeats.
pub(crate) struct Draw(u64);

impl Draw {
    pub(crate) const fn new(seed: u64) -> Self {
        Self(seed)
    }

    /// SplitMix64 (Steele, Lea and Flood, 2014), below a bound.
    pub(crate) fn below(&mut self, bound: u64) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        (mixed ^ (mixed >> 31)) % bound.max(1)
    }
}
