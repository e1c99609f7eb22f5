//! The bytes are protobuf, and whatever bytes come are read or refused.

use proptest::prelude::*;
use prost::Message;

use super::*;

/// What another implementation makes of the same fields.
#[derive(Clone, PartialEq, Message)]
struct Reference {
    #[prost(uint64, tag = "1")]
    uint: u64,
    #[prost(sint64, tag = "2")]
    sint: i64,
    #[prost(fixed64, optional, tag = "3")]
    fixed: Option<u64>,
    #[prost(double, tag = "17")]
    double: f64,
    #[prost(string, tag = "18")]
    text: String,
    #[prost(message, optional, boxed, tag = "2000")]
    inner: Option<Box<Self>>,
}

fn write(out: &mut Vec<u8>, from: &Reference) {
    put_uint(out, 1, from.uint);
    put_sint(out, 2, from.sint);
    if let Some(fixed) = from.fixed {
        always_fixed(out, 3, fixed);
    }
    put_double(out, 17, from.double);
    put_bytes(out, 18, &from.text);
    if let Some(inner) = &from.inner {
        message(out, 2000, |out| write(out, inner));
    }
}

fn read(mut fields: Fields<'_>) -> Read<Reference> {
    let mut to = Reference::default();
    while let Some((field, value)) = fields.next()? {
        match field {
            1 => to.uint = value.uint()?,
            2 => to.sint = value.sint()?,
            3 => to.fixed = Some(value.fixed()?),
            17 => to.double = value.double()?,
            18 => to.text = value.text()?.to_owned(),
            2000 => to.inner = Some(Box::new(read(value.message()?)?)),
            _ => {}
        }
    }
    Ok(to)
}

fn any_reference() -> impl Strategy<Value = Reference> {
    // prost leaves out -0.0 as if it were 0.0; here its bits are kept.
    let double = any::<f64>().prop_filter("not -0.0", |number| number.to_bits() != 1 << 63);
    let leaf = (any::<u64>(), any::<i64>(), any::<Option<u64>>(), double, ".{0,300}").prop_map(
        |(uint, sint, fixed, double, text)| Reference {
            uint,
            sint,
            fixed,
            double,
            text,
            inner: None,
        },
    );
    leaf.clone().prop_recursive(3, 4, 1, move |inner| {
        (leaf.clone(), inner)
            .prop_map(|(outer, inner)| Reference { inner: Some(Box::new(inner)), ..outer })
    })
}

proptest! {
    #[test]
    fn the_bytes_are_those_of_prost(reference in any_reference()) {
        let mut bytes = Vec::new();
        write(&mut bytes, &reference);
        prop_assert_eq!(&bytes, &reference.encode_to_vec());
        prop_assert_eq!(&Reference::decode(&bytes[..]).unwrap(), &reference);
        prop_assert_eq!(&read(Fields::of(&bytes)).unwrap(), &reference);
    }

    #[test]
    fn any_bytes_are_read_or_refused(bytes in prop::collection::vec(any::<u8>(), 0..200)) {
        let ours = read(Fields::of(&bytes));
        if let Ok(ours) = ours {
            prop_assert_eq!(read(Fields::of(&ours.encode_to_vec())), Ok(ours));
        }
    }
}

#[test]
fn what_is_cut_off_is_refused() {
    for bad in [
        &[0x08][..],
        &[0x08, 0x80],
        &[0x09, 1],
        &[0x12, 5, 1],
        &[0x00, 1],
        &[0x0b],
        &[0x12, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x7f],
    ] {
        let mut fields = Fields::of(bad);
        assert!(fields.next().is_err(), "{bad:?}");
    }
}

#[test]
fn rows_come_back_whole_or_not_at_all() {
    let mut out = Vec::new();
    put_rows(&mut out, 1, [(7_u8, 300_u16), (8, 400)].into_iter(), |(a, b)| {
        row::<3>(&[&[a], &b.to_le_bytes()])
    });
    let (_, value) = Fields::of(&out).next().unwrap().unwrap();
    let read = |mut row: Row<'_, 3>| Ok((row.u8(), row.u16()));
    assert_eq!(value.rows(read), Ok(vec![(7, 300), (8, 400)]));
    assert_eq!(Value::Bytes(&[1, 2, 3, 4]).rows(read), Err(Malformed("a row is cut off")));
}

#[test]
fn distances_come_back_in_any_order_and_take_a_byte_where_they_are_short() {
    for numbers in [vec![3, 40, 41, 100], vec![u16::MAX, 0, u16::MAX], vec![5, 5]] {
        let mut out = Vec::new();
        put_distances(&mut out, 1, numbers.iter().copied());
        let (_, value) = Fields::of(&out).next().unwrap().unwrap();
        assert_eq!(value.distances(|number| number), Ok(numbers.clone()));
        assert!(numbers[0] != 3 || out.len() == 2 + numbers.len(), "{out:?}");
    }
    let beyond = Value::Bytes(&[0x01]).distances(|number| number);
    assert_eq!(beyond, Err(Malformed("a number is out of range")));
    let cut = Value::Bytes(&[0x80]).distances(|number| number);
    assert_eq!(cut, Err(Malformed("a number is cut off")));
}
