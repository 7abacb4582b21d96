//! The socket in the data folder: a line of JSON each way, and where it is.

use std::io::{self, BufRead, BufReader, Read, Write};
use std::os::unix::net::UnixStream;
use std::path::{Path, PathBuf};

use super::refusal::Refusal;
use super::request::{LINE_BYTES_MAX, Request, Response};

/// The socket's name in the data folder.
pub const SOCKET: &str = "socket";

/// Where the socket of a folder is.
pub fn path(data: &Path) -> PathBuf {
    data.join(SOCKET)
}

/// A line to a running server.
#[derive(Debug)]
pub struct ServerConnection {
    reader: BufReader<UnixStream>,
    writer: UnixStream,
}

impl ServerConnection {
    /// Reaches the server that holds a folder; none where none listens.
    pub fn reach(data: &Path) -> Option<Self> {
        let writer = UnixStream::connect(path(data)).ok()?;
        let reader = BufReader::new(writer.try_clone().ok()?);
        Some(Self { reader, writer })
    }

    /// Asks, and waits for the answer.
    pub fn ask(&mut self, request: &Request) -> Result<Response, Refusal> {
        write_line(&mut self.writer, request).map_err(|error| gone(&error))?;
        let line = read_line(&mut self.reader).map_err(|error| gone(&error))?;
        let line = line.ok_or_else(|| gone(&io::ErrorKind::UnexpectedEof.into()))?;
        serde_json::from_slice(&line).map_err(|_| {
            let says = "the server's program is of another version; use the same one";
            Refusal::unable("server-differs", says)
        })
    }
}

fn gone(error: &io::Error) -> Refusal {
    let says = format!("the server that holds the folder went away: {error}");
    Refusal::unable("server-gone", says)
}

/// Writes something as a line.
pub fn write_line(out: &mut impl Write, value: &impl serde::Serialize) -> io::Result<()> {
    let mut line = serde_json::to_vec(value).map_err(io::Error::other)?;
    line.push(b'\n');
    out.write_all(&line)?;
    out.flush()
}

/// Reads a line without its end; none where there is no more.
pub fn read_line(from: &mut impl BufRead) -> io::Result<Option<Vec<u8>>> {
    let mut line = Vec::new();
    let read = from.by_ref().take(LINE_BYTES_MAX).read_until(b'\n', &mut line)?;
    if read == 0 {
        return Ok(None);
    }
    if line.pop_if(|last| *last == b'\n').is_none() {
        return Err(io::ErrorKind::InvalidData.into());
    }
    Ok(Some(line))
}
