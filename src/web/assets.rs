//! Static files, inside the binary. Their names carry a hash of what is in them, so they are served as never changing.

use std::{collections::BTreeMap, fmt::Write, sync::LazyLock};

use axum::{
    body::Bytes,
    extract::Path,
    http::{StatusCode, header},
    response::{IntoResponse, Response},
};
use rust_embed::RustEmbed;
use sha2::{Digest, Sha256};

#[derive(RustEmbed)]
#[folder = "static/"]
struct Files;

struct Asset {
    name: String,
    mime: String,
    body: Bytes,
}

/// By plain name. The style files of `css/` are one: `portal.css`, in the order of their names.
static ASSETS: LazyLock<BTreeMap<String, Asset>> = LazyLock::new(|| {
    let mut styles = String::new();
    let mut assets = BTreeMap::new();
    let mut names: Vec<String> = Files::iter().map(|name| name.to_string()).collect();
    names.sort();
    for name in names {
        let Some(file) = Files::get(&name) else { continue };
        if name.starts_with("css/") {
            let _ = writeln!(styles, "{}", String::from_utf8_lossy(&file.data));
        } else {
            assets.insert(name.clone(), hashed(&name, file.data.into_owned().into()));
        }
    }
    assets.insert("portal.css".into(), hashed("portal.css", styles.into()));
    assets
});

fn hashed(name: &str, body: Bytes) -> Asset {
    let hash = Sha256::digest(&body).iter().take(6).fold(String::new(), |mut text, byte| {
        let _ = write!(text, "{byte:02x}");
        text
    });
    let (stem, extension) = name.rsplit_once('.').unwrap_or((name, ""));
    let mime = mime_guess::from_path(name).first_or_octet_stream().to_string();
    Asset { name: format!("{stem}.{hash}.{extension}"), mime, body }
}

/// The address of a static file, by its plain name.
pub fn path(name: &str) -> String {
    ASSETS
        .get(name)
        .map_or_else(|| format!("/static/{name}"), |asset| format!("/static/{}", asset.name))
}

/// `GET /static/{*name}`
pub async fn serve(Path(name): Path<String>) -> Response {
    match ASSETS.values().find(|asset| asset.name == name) {
        Some(asset) => (
            [(header::CONTENT_TYPE, asset.mime.clone()), (header::CACHE_CONTROL, "public, max-age=31536000, immutable".into())],
            asset.body.clone(),
        )
            .into_response(),
        None => StatusCode::NOT_FOUND.into_response(),
    }
}
