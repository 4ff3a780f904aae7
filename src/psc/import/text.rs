//! Which encoding a file is in. Looks at all of it once, so that nothing is read on a guess that fails half-way.

use std::io::{self, Read, Seek, SeekFrom};

use encoding_rs::{DecoderResult, EUC_KR, Encoding, UTF_8, UTF_16BE, UTF_16LE};
use encoding_rs_io::DecodeReaderBytesBuilder;

use super::problem::RefusalCode;

const CHUNK: usize = 64 * 1024;

/// How a file is to be read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Text {
    encoding: &'static Encoding,
    /// Length of its byte order mark.
    mark: u64,
}

/// Why a file is not text, and from which line on, if it begins as text.
#[derive(Debug, PartialEq, Eq)]
pub struct NotText {
    pub code: RefusalCode,
    pub line: Option<u32>,
}

/// UTF-8 with or without mark, UTF-16 of either order (without mark: by the zeros beside the header's ASCII letters), else CP949
/// (the WHATWG's EUC-KR) when all of it can be decoded.
pub fn recognise(file: &mut (impl Read + Seek)) -> io::Result<Result<Text, NotText>> {
    let mut start = Vec::with_capacity(4);
    file.seek(SeekFrom::Start(0))?;
    file.by_ref().take(4).read_to_end(&mut start)?;
    let text = match *start.as_slice() {
        [] => return Ok(Err(NotText { code: RefusalCode::Empty, line: None })),
        // The signature of a ZIP archive, which every xlsx is.
        [b'P', b'K', 3, 4] => return Ok(Err(NotText { code: RefusalCode::Workbook, line: None })),
        [0xEF, 0xBB, 0xBF, ..] => Text { encoding: UTF_8, mark: 3 },
        [0xFF, 0xFE, ..] => Text { encoding: UTF_16LE, mark: 2 },
        [0xFE, 0xFF, ..] => Text { encoding: UTF_16BE, mark: 2 },
        [first, 0, second, 0] if first != 0 && second != 0 => Text { encoding: UTF_16LE, mark: 0 },
        [0, first, 0, second] if first != 0 && second != 0 => Text { encoding: UTF_16BE, mark: 0 },
        _ => Text { encoding: UTF_8, mark: 0 },
    };
    let Some(line) = first_fault(file, text)? else { return Ok(Ok(text)) };
    let korean = Text { encoding: EUC_KR, mark: 0 };
    if text == (Text { encoding: UTF_8, mark: 0 }) && first_fault(file, korean)?.is_none() {
        return Ok(Ok(korean));
    }
    Ok(Err(NotText { code: RefusalCode::Encoding, line: Some(line) }))
}

/// The file's text as UTF-8, without byte order mark, from the start.
pub fn decoded<'f, R: Read + Seek + 'f>(mut file: R, text: Text) -> io::Result<Box<dyn Read + 'f>> {
    file.seek(SeekFrom::Start(text.mark))?;
    if text.encoding == UTF_8 {
        return Ok(Box::new(file));
    }
    let decoder = DecodeReaderBytesBuilder::new()
        .encoding(Some(text.encoding))
        .bom_sniffing(false)
        .build_with_buffer(file, vec![0; CHUNK])
        .map_err(io::Error::other)?;
    Ok(Box::new(decoder))
}

/// The line of the first byte that does not belong, from 1; none: all of it can be decoded.
fn first_fault(file: &mut (impl Read + Seek), text: Text) -> io::Result<Option<u32>> {
    file.seek(SeekFrom::Start(text.mark))?;
    let mut decoder = text.encoding.new_decoder_without_bom_handling();
    let (mut input, mut output) = (vec![0; CHUNK], vec![0; CHUNK]);
    let mut line = 1;
    loop {
        let length = file.read(&mut input)?;
        let mut rest = input.get(..length).unwrap_or_default();
        loop {
            let (result, read, written) = decoder.decode_to_utf8_without_replacement(rest, &mut output, length == 0);
            line += lines(output.get(..written).unwrap_or_default());
            rest = rest.get(read..).unwrap_or_default();
            match result {
                DecoderResult::InputEmpty => break,
                DecoderResult::OutputFull => {}
                DecoderResult::Malformed(..) => return Ok(Some(line)),
            }
        }
        if length == 0 {
            return Ok(None);
        }
    }
}

/// How many lines end in these bytes.
pub fn lines(bytes: &[u8]) -> u32 {
    bytes.iter().map(|byte| u32::from(*byte == b'\n')).sum()
}
