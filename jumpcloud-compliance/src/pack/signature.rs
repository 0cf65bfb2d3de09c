//! The detached signature over a manifest.

use std::collections::BTreeMap;
use std::string::{String, ToString as _};
use std::vec::Vec;

use ::signature::{SignatureEncoding, Signer, Verifier};

use super::manifest::MANIFEST_NAME;
use super::{Pack, PackError};

/// Name of the signature in a pack: the bytes that the algorithm gives, without any wrapping.
pub const SIGNATURE_NAME: &str = "manifest.sig";

vocabulary! {
    /// What the signature over a manifest says.
    #[non_exhaustive]
    pub enum SignatureState {
        /// There is none.
        Unsigned = "unsigned",
        /// There is one, and no key was given to check it.
        Unchecked = "unchecked",
        /// The holder of the key signed these bytes of the manifest.
        Valid = "valid",
        /// It is not a signature of the key over these bytes of the manifest.
        Invalid = "invalid",
    }
}

impl SignatureState {
    pub(super) fn of<S: SignatureEncoding>(
        files: &BTreeMap<String, Vec<u8>>,
        key: &impl Verifier<S>,
    ) -> Self {
        let Some(bytes) = files.get(SIGNATURE_NAME) else { return Self::Unsigned };
        let manifest = files.get(MANIFEST_NAME).map(Vec::as_slice).unwrap_or_default();
        match S::try_from(bytes.as_slice()) {
            Ok(signature) if key.verify(manifest, &signature).is_ok() => Self::Valid,
            Ok(_) | Err(_) => Self::Invalid,
        }
    }
}

impl Pack {
    /// Signs the manifest, and with it every file; best the last thing that is done to a pack.
    ///
    /// The signer may be a key, a hardware token or a service: only the bytes of the manifest go to it.
    /// A signer that cannot wait gets [`manifest`](Self::manifest) and hands the result to
    /// [`with_signature`](Self::with_signature).
    ///
    /// # Errors
    ///
    /// [`PackError::Signer`] when the signer fails.
    ///
    /// # Examples
    ///
    /// ```
    /// # fn show(pack: jumpcloud_compliance::pack::Pack) -> Result<(), Box<dyn std::error::Error>> {
    /// use ed25519_dalek::SigningKey;
    /// use jumpcloud_compliance::pack::verify_signed;
    ///
    /// # let secret = [7; 32];
    /// let key = SigningKey::from_bytes(&secret);
    /// let pack = pack.sign(&key)?;
    /// assert!(verify_signed(pack.files(), &key.verifying_key()).is_authentic());
    /// # Ok(())
    /// # }
    /// ```
    pub fn sign<S: SignatureEncoding>(self, signer: &impl Signer<S>) -> Result<Self, PackError> {
        let signature = signer.try_sign(self.manifest())?;
        let bytes = signature.to_bytes().as_ref().to_vec();
        Ok(self.with_signature(bytes))
    }

    /// Adds a signature over the manifest that was made elsewhere.
    #[must_use]
    pub fn with_signature(mut self, signature: Vec<u8>) -> Self {
        self.files.insert(SIGNATURE_NAME.to_string(), signature);
        self
    }

    /// The bytes of the manifest: what a signature is over.
    pub fn manifest(&self) -> &[u8] {
        self.files.get(MANIFEST_NAME).map(Vec::as_slice).unwrap_or_default()
    }
}
