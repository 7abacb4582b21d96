//! Numbers, exactly: no float lies between the digits that came and the value that is kept.

use rust_decimal::Decimal;

use super::Json;

/// The largest whole number that a decimal holds.
const MANTISSA_MAX: u128 = (1 << 96) - 1;
/// The most places behind the point that a decimal holds.
const SCALE_MAX: i64 = 28;
/// Beyond this no exponent can be kept; reading on only must not overflow.
const EXPONENT_MAX: i64 = 1_000_000;

/// The end of the number that begins at `start`, and its value if it can be kept exactly.
/// None where no number stands by JSON's grammar.
pub(super) fn read(bytes: &[u8], start: usize) -> Option<(usize, Option<Json<'static>>)> {
    let negative = bytes.get(start) == Some(&b'-');
    let mut at = start + usize::from(negative);
    let mut digits = Digits::default();

    let whole = at;
    at = digits.take(bytes, at);
    if at == whole || (bytes[whole] == b'0' && at > whole + 1) {
        return None;
    }
    let mut exponent = 0;
    if bytes.get(at) == Some(&b'.') {
        let fraction = at + 1;
        at = digits.take(bytes, fraction);
        if at == fraction {
            return None;
        }
        exponent -= (at - fraction) as i64;
    }
    if matches!(bytes.get(at), Some(b'e' | b'E')) {
        let (end, power) = power(bytes, at + 1)?;
        at = end;
        exponent += power;
    }
    Some((at, digits.value(negative, exponent)))
}

/// The exponent after its `e`.
fn power(bytes: &[u8], mut at: usize) -> Option<(usize, i64)> {
    let negative = bytes.get(at) == Some(&b'-');
    at += usize::from(matches!(bytes.get(at), Some(b'-' | b'+')));
    let first = at;
    let mut power = 0i64;
    while let Some(digit) = bytes.get(at).filter(|byte| byte.is_ascii_digit()) {
        power = (power * 10 + i64::from(digit - b'0')).min(EXPONENT_MAX);
        at += 1;
    }
    (at > first).then_some((at, if negative { -power } else { power }))
}

/// Digits as a whole number times a power of ten, without trailing zeros.
#[derive(Default)]
struct Digits {
    mantissa: u128,
    zeros: u32,
    lost: bool,
}

impl Digits {
    fn take(&mut self, bytes: &[u8], mut at: usize) -> usize {
        while let Some(digit) = bytes.get(at).filter(|byte| byte.is_ascii_digit()) {
            self.push(u128::from(digit - b'0'));
            at += 1;
        }
        at
    }

    fn push(&mut self, digit: u128) {
        if digit == 0 {
            self.zeros += u32::from(self.mantissa != 0);
            return;
        }
        let wider = 10u128
            .checked_pow(self.zeros + 1)
            .and_then(|factor| self.mantissa.checked_mul(factor))
            .and_then(|wide| wide.checked_add(digit))
            .filter(|wide| *wide <= MANTISSA_MAX);
        self.zeros = 0;
        match wider {
            Some(wide) => self.mantissa = wide,
            None => self.lost = true,
        }
    }

    fn value(&self, negative: bool, exponent: i64) -> Option<Json<'static>> {
        if self.lost {
            return None;
        }
        if self.mantissa == 0 {
            return Some(Json::Integer(0));
        }
        let exponent = exponent + i64::from(self.zeros);
        let signed = |size: u128| if negative { -(size as i128) } else { size as i128 };
        if exponent < 0 {
            let scale = u32::try_from(-exponent).ok().filter(|_| -exponent <= SCALE_MAX)?;
            return Decimal::try_from_i128_with_scale(signed(self.mantissa), scale)
                .ok()
                .map(Json::Decimal);
        }
        let whole = u32::try_from(exponent)
            .ok()
            .and_then(|power| 10u128.checked_pow(power))
            .and_then(|factor| self.mantissa.checked_mul(factor))
            .filter(|whole| *whole <= MANTISSA_MAX)?;
        i64::try_from(signed(whole))
            .map(Json::Integer)
            .ok()
            .or_else(|| Decimal::try_from_i128_with_scale(signed(whole), 0).ok().map(Json::Decimal))
    }
}
