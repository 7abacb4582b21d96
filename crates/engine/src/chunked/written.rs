//! How shared things are written into snapshots: as what they hold. Each module here is the `with` of
//! fields of one shape.

use minicbor::decode::Error;
use minicbor::encode::{Error as EncodeError, Write};
use minicbor::{Decode, Decoder, Encode, Encoder};

/// Writes a list: its length, and each item.
fn write_each<C, T: Encode<C>, W: Write>(
    length: usize,
    items: impl Iterator<Item = T>,
    e: &mut Encoder<W>,
    ctx: &mut C,
) -> Result<(), EncodeError<W::Error>> {
    e.array(length as u64)?;
    for item in items {
        item.encode(e, ctx)?;
    }
    Ok(())
}

/// Reads what [`write_each`] wrote, an item at a time.
fn read_each<'b, C, T: Decode<'b, C>>(
    d: &mut Decoder<'b>,
    ctx: &mut C,
    mut put: impl FnMut(T),
) -> Result<(), Error> {
    for _ in 0..d.array()?.ok_or_else(|| Error::message("a length is missing"))? {
        put(T::decode(d, ctx)?);
    }
    Ok(())
}

/// How an `Arc<T>` is written.
pub(crate) use domain::arc_codec as shared;

/// How an `Option<Arc<T>>` is written.
pub(crate) mod shared_option {
    use std::sync::Arc;

    use super::{Decode, Decoder, Encode, EncodeError, Encoder, Error, Write};

    #[expect(clippy::ref_option, reason = "the derive gives a reference to the field")]
    pub(crate) fn encode<C, T: Encode<C>, W: Write>(
        value: &Option<Arc<T>>,
        e: &mut Encoder<W>,
        ctx: &mut C,
    ) -> Result<(), EncodeError<W::Error>> {
        value.as_deref().encode(e, ctx)
    }

    pub(crate) fn decode<'b, C, T: Decode<'b, C>>(
        d: &mut Decoder<'b>,
        ctx: &mut C,
    ) -> Result<Option<Arc<T>>, Error> {
        Ok(Option::<T>::decode(d, ctx)?.map(Arc::new))
    }
}

/// How an `Option<(K, Arc<T>)>` is written.
pub(crate) mod shared_pair {
    use std::sync::Arc;

    use super::{Decode, Decoder, Encode, EncodeError, Encoder, Error, Write};

    #[expect(clippy::ref_option, reason = "the derive gives a reference to the field")]
    pub(crate) fn encode<C, K: Encode<C>, T: Encode<C>, W: Write>(
        value: &Option<(K, Arc<T>)>,
        e: &mut Encoder<W>,
        ctx: &mut C,
    ) -> Result<(), EncodeError<W::Error>> {
        value.as_ref().map(|(key, shared)| (key, &**shared)).encode(e, ctx)
    }

    pub(crate) fn decode<'b, C, K: Decode<'b, C>, T: Decode<'b, C>>(
        d: &mut Decoder<'b>,
        ctx: &mut C,
    ) -> Result<Option<(K, Arc<T>)>, Error> {
        let pair = Option::<(K, T)>::decode(d, ctx)?;
        Ok(pair.map(|(key, value)| (key, Arc::new(value))))
    }
}

/// How a `SharedList<T>` is written.
pub(crate) mod shared_items {
    use super::{
        Decode, Decoder, Encode, EncodeError, Encoder, Error, Write, read_each, write_each,
    };

    use crate::chunked::SharedList;

    pub(crate) fn encode<C, T: Encode<C>, W: Write>(
        value: &SharedList<T>,
        e: &mut Encoder<W>,
        ctx: &mut C,
    ) -> Result<(), EncodeError<W::Error>> {
        write_each(value.len(), value.iter(), e, ctx)
    }

    pub(crate) fn decode<'b, C, T: Decode<'b, C> + Clone>(
        d: &mut Decoder<'b>,
        ctx: &mut C,
    ) -> Result<SharedList<T>, Error> {
        let mut value = SharedList::new();
        read_each(d, ctx, |item| value.push(item))?;
        Ok(value)
    }
}

/// How a `SharedList<Arc<T>>` is written.
pub(crate) mod shared_list {
    use std::sync::Arc;

    use super::{
        Decode, Decoder, Encode, EncodeError, Encoder, Error, Write, read_each, write_each,
    };

    use crate::chunked::SharedList;

    pub(crate) fn encode<C, T: Encode<C>, W: Write>(
        value: &SharedList<Arc<T>>,
        e: &mut Encoder<W>,
        ctx: &mut C,
    ) -> Result<(), EncodeError<W::Error>> {
        write_each(value.len(), value.iter().map(Arc::as_ref), e, ctx)
    }

    pub(crate) fn decode<'b, C, T: Decode<'b, C>>(
        d: &mut Decoder<'b>,
        ctx: &mut C,
    ) -> Result<SharedList<Arc<T>>, Error> {
        let mut value = SharedList::new();
        read_each(d, ctx, |item| value.push(Arc::new(item)))?;
        Ok(value)
    }
}

/// How a `SharedMap<K, ()>` is written.
pub(crate) mod shared_keys {
    use super::{
        Decode, Decoder, Encode, EncodeError, Encoder, Error, Write, read_each, write_each,
    };

    use crate::chunked::SharedMap;

    pub(crate) fn encode<C, K: Encode<C>, W: Write>(
        value: &SharedMap<K, ()>,
        e: &mut Encoder<W>,
        ctx: &mut C,
    ) -> Result<(), EncodeError<W::Error>> {
        write_each(value.len(), value.keys(), e, ctx)
    }

    pub(crate) fn decode<'b, C, K: Decode<'b, C> + Ord + Clone>(
        d: &mut Decoder<'b>,
        ctx: &mut C,
    ) -> Result<SharedMap<K, ()>, Error> {
        let mut value = SharedMap::new();
        read_each(d, ctx, |key| value.insert(key, ()))?;
        Ok(value)
    }
}

/// How a `SharedMap<K, V>` is written.
pub(crate) mod shared_map {
    use super::{
        Decode, Decoder, Encode, EncodeError, Encoder, Error, Write, read_each, write_each,
    };

    use crate::chunked::SharedMap;

    pub(crate) fn encode<C, K: Encode<C>, V: Encode<C>, W: Write>(
        value: &SharedMap<K, V>,
        e: &mut Encoder<W>,
        ctx: &mut C,
    ) -> Result<(), EncodeError<W::Error>> {
        write_each(value.len(), value.iter(), e, ctx)
    }

    pub(crate) fn decode<'b, C, K: Decode<'b, C> + Ord + Clone, V: Decode<'b, C> + Clone>(
        d: &mut Decoder<'b>,
        ctx: &mut C,
    ) -> Result<SharedMap<K, V>, Error> {
        let mut value = SharedMap::new();
        read_each(d, ctx, |(key, item)| value.insert(key, item))?;
        Ok(value)
    }
}

/// How a `SharedMap<K, Arc<V>>` is written.
pub(crate) mod shared_arcs {
    use std::sync::Arc;

    use super::{
        Decode, Decoder, Encode, EncodeError, Encoder, Error, Write, read_each, write_each,
    };

    use crate::chunked::SharedMap;

    pub(crate) fn encode<C, K: Encode<C>, V: Encode<C>, W: Write>(
        value: &SharedMap<K, Arc<V>>,
        e: &mut Encoder<W>,
        ctx: &mut C,
    ) -> Result<(), EncodeError<W::Error>> {
        write_each(value.len(), value.iter().map(|(key, item)| (key, item.as_ref())), e, ctx)
    }

    pub(crate) fn decode<'b, C, K: Decode<'b, C> + Ord + Clone, V: Decode<'b, C>>(
        d: &mut Decoder<'b>,
        ctx: &mut C,
    ) -> Result<SharedMap<K, Arc<V>>, Error> {
        let mut value = SharedMap::new();
        read_each(d, ctx, |(key, item)| value.insert(key, Arc::new(item)))?;
        Ok(value)
    }
}

/// How an `Arc<BTreeMap<K, Arc<V>>>` is written.
pub(crate) mod shared_sources {
    use std::collections::BTreeMap;
    use std::sync::Arc;

    use super::{
        Decode, Decoder, Encode, EncodeError, Encoder, Error, Write, read_each, write_each,
    };

    pub(crate) fn encode<C, K: Encode<C>, V: Encode<C>, W: Write>(
        value: &Arc<BTreeMap<K, Arc<V>>>,
        e: &mut Encoder<W>,
        ctx: &mut C,
    ) -> Result<(), EncodeError<W::Error>> {
        write_each(value.len(), value.iter().map(|(key, item)| (key, item.as_ref())), e, ctx)
    }

    pub(crate) fn decode<'b, C, K: Decode<'b, C> + Ord, V: Decode<'b, C>>(
        d: &mut Decoder<'b>,
        ctx: &mut C,
    ) -> Result<Arc<BTreeMap<K, Arc<V>>>, Error> {
        let mut value = BTreeMap::new();
        read_each(d, ctx, |(key, item)| drop(value.insert(key, Arc::new(item))))?;
        Ok(Arc::new(value))
    }
}
