//! Whether a program asks for libraries of the machine: the header of the ELF format says so (System V
//! ABI, chapter 5, "Program Header").

use anyhow::{Context as _, Result, ensure};

/// A segment that names the loader of libraries.
const INTERPRETER: u32 = 3;

/// The loader that a program for 64 bits asks for; none where it needs no library.
pub(super) fn interpreter(program: &[u8]) -> Result<Option<String>> {
    ensure!(program.starts_with(b"\x7fELF\x02\x01"), "this is no program for 64 bits");
    let at = number(program, 32, 8)?;
    let (size, count) = (number(program, 54, 2)?, number(program, 56, 2)?);
    for segment in 0..count {
        let segment = at + segment * size;
        if number(program, segment, 4)? as u32 != INTERPRETER {
            continue;
        }
        let (from, length) = (number(program, segment + 8, 8)?, number(program, segment + 32, 8)?);
        let name = program.get(from..from + length).context("the loader's name is cut off")?;
        return Ok(Some(String::from_utf8_lossy(name).trim_end_matches('\0').to_owned()));
    }
    Ok(None)
}

/// A number of the header, its lowest byte first.
fn number(program: &[u8], at: usize, bytes: usize) -> Result<usize> {
    let bytes = program.get(at..at + bytes).context("the header is cut off")?;
    Ok(bytes.iter().rev().fold(0, |number, byte| number << 8 | usize::from(*byte)))
}
