use super::{REFERENCES_MAX, restore, shorten};

fn short(plain: &[u8]) -> Vec<u8> {
    // Behind what is there already, which is no part of it.
    let mut short = [id(1).as_slice(), plain].concat();
    shorten(&mut short, id(1).len());
    assert_eq!(short[..id(1).len()], id(1));
    short.drain(..id(1).len());
    assert_eq!(restore(&short).expect("every reference leads to an id").as_ref(), plain);
    short
}

fn id(number: u8) -> Vec<u8> {
    let mut bytes = vec![0x4a];
    bytes.extend([number; 10]);
    bytes
}

fn array(items: &[Vec<u8>]) -> Vec<u8> {
    let mut bytes = vec![0x98, items.len() as u8];
    bytes.extend(items.concat());
    bytes
}

#[test]
fn found_a21_an_id_that_stands_again_takes_one_byte() {
    let plain = array(&[id(1), id(2), id(1), id(1), id(2)]);
    assert_eq!(short(&plain), array(&[id(1), id(2), vec![0xe0], vec![0xe0], vec![0xe1]]));
}

#[test]
fn what_is_beyond_the_last_reference_is_written_in_full() {
    let many = REFERENCES_MAX as u8 + 3;
    let ids: Vec<_> = (0..many).chain(0..many).map(id).collect();
    let written = short(&array(&ids));
    let full = ids.len() - REFERENCES_MAX;
    assert_eq!(written.len(), 2 + full * 11 + REFERENCES_MAX);
}

#[test]
fn what_only_looks_like_an_id_or_a_reference_stays() {
    let text = [b"\x6a".as_slice(), &[1; 10]].concat();
    let longer = [b"\x4b".as_slice(), &id(1)].concat();
    let wide = [b"\x59\x01\x00".as_slice(), &[0xe0; 256]].concat();
    let number = vec![0x1b, 0x4a, 0xe0, 0xe1, 0xe2, 0, 0, 0, 0];
    let plain = array(&[text, longer, wide, number, vec![0xf6], vec![0xf5], id(1)]);
    assert_eq!(short(&plain), plain);
}

#[test]
fn bytes_that_are_no_cbor_never_panic() {
    let seed = 7_u64;
    println!("seed {seed}");
    let mut state = seed;
    for length in 0..2_000 {
        let mut bytes: Vec<u8> = (0..length % 64)
            .map(|_| {
                state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
                (state >> 56) as u8
            })
            .collect();
        let _ = restore(&bytes);
        shorten(&mut bytes, 0);
    }
    assert!(restore(&[0x81, 0xe0]).is_none(), "a reference that leads nowhere");
}
