//! What is left of a point after some time: a power of one half, in integers.
//!
//! The exponent is taken apart into whole halvings and 32 bits of a fraction. Each byte of the
//! fraction has a table of 256 factors; the tables are computed from square roots of one half when
//! the program is built. The error is below one part in a thousand million.

use domain::Span as Time;

/// One whole point: 2^62.
pub(super) const WHOLE: u64 = 1 << BITS;
const BITS: u32 = 62;

/// `TABLES[byte][value]` is one half to the power of `value` / 256^(byte + 1).
static TABLES: [[u64; 256]; 4] = tables();

/// What is left after `elapsed`, in parts of [`WHOLE`]. Before its time a signal counts whole.
pub(super) fn left(elapsed: Time, half_life: Time) -> u64 {
    if elapsed.0 <= 0 || half_life.0 <= 0 {
        return WHOLE;
    }
    let halvings = elapsed.0 / half_life.0;
    if halvings >= i64::from(BITS) {
        return 0;
    }
    let rest = u128::from((elapsed.0 % half_life.0).unsigned_abs());
    let fraction = (rest << 32) / u128::from(half_life.0.unsigned_abs());
    let mut factor = u128::from(WHOLE);
    for (at, table) in TABLES.iter().enumerate() {
        let byte = (fraction >> (24 - 8 * at)) as usize & 255;
        factor = (factor * u128::from(table[byte])) >> BITS;
    }
    factor as u64 >> halvings
}

/// A sum in parts of [`WHOLE`] as a whole number, half to even.
pub(super) const fn round(sum: i128) -> i128 {
    let whole = sum >> BITS;
    let rest = sum - (whole << BITS);
    let half = 1_i128 << (BITS - 1);
    if rest > half || (rest == half && whole & 1 == 1) { whole + 1 } else { whole }
}

const fn tables() -> [[u64; 256]; 4] {
    let mut tables = [[0; 256]; 4];
    let mut root = WHOLE as u128 / 2;
    let mut table = 0;
    while table < 4 {
        tables[table][0] = WHOLE;
        let mut bit = 128;
        while bit > 0 {
            root = (root << BITS).isqrt();
            tables[table][bit] = root as u64;
            bit /= 2;
        }
        let mut value: usize = 1;
        while value < 256 {
            let low = value & value.wrapping_neg();
            if low != value {
                let product = tables[table][low] as u128 * tables[table][value - low] as u128;
                tables[table][value] = (product >> BITS) as u64;
            }
            value += 1;
        }
        table += 1;
    }
    tables
}
