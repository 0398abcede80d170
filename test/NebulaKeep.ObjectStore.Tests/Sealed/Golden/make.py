#!/usr/bin/env python3
"""Makes the files beside it by docs/formats/sealed-root.md alone, without this program: with OpenSSL (python3-cryptography) and zstd's own tool."""
import base64, json, pathlib, struct, subprocess
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from cryptography.hazmat.primitives.kdf.pbkdf2 import PBKDF2HMAC

HERE = pathlib.Path(__file__).parent
ROOT_KEY, SALT, NONCE, CHUNK = bytes(range(100, 132)), bytes(range(32)), bytes(range(12)), 1024
NAME = "BACKUP_2026_11_22_08_05_13/data/h:9779/data0/1/data/ü.sst".encode()
CONTENT = bytes((i * i) % 251 for i in range(3000)) + bytes(2000)


def compressed(content):
    """Two frames and the footer. With the size told, a window is no larger than its content."""
    frames = b"".join(subprocess.run(["zstd", "-3", "-c", "--no-progress", f"--stream-size={len(part)}"], input=part, capture_output=True, check=True).stdout for part in (content[:4000], content[4000:]))
    return frames + struct.pack("<II8sqq", 0x184D2A5E, 24, b"NKZSTD1\n", len(content), len(frames) + 32)


def encrypted(content):
    key = HKDF(hashes.SHA256(), 32, SALT, b"nebulakeep sealed object 1\n" + NAME).derive(ROOT_KEY)
    chunks = [content[i:i + CHUNK] for i in range(0, len(content), CHUNK)] or [b""]
    nonce = lambda number: bytes(3) + struct.pack(">q", number) + bytes([number == len(chunks) - 1])
    return b"NKSEAL1\n" + SALT + b"".join(AESGCM(key).encrypt(nonce(i), chunk, NAME) for i, chunk in enumerate(chunks))


def wrapped(method, key_id, key, **more):
    bound = f"nebulakeep root key 1\nZstd\nAES-256-GCM\n{CHUNK}\n{key_id}\n{method}\n".encode()
    text = lambda data: base64.b64encode(data).decode()
    return {"id": key_id, "method": method, "added": "2026-11-22T08:05:13+00:00", "salt": text(SALT), **more, "nonce": text(NONCE), "wrapped": text(AESGCM(key).encrypt(NONCE, ROOT_KEY, bound))}


keys = [
    wrapped("KeyFile", "0a1b2c3d", HKDF(hashes.SHA256(), 32, SALT, b"nebulakeep key file 1\n").derive(bytes(range(32)))),
    wrapped("Passphrase", "4e5f6071", PBKDF2HMAC(hashes.SHA512(), 32, SALT, 10000).derive("correct horse battery stäple".encode()), iterations=10000),
]
root = {"formatVersion": 1, "compression": "Zstd", "ofALaterProgram": [1], "encryption": {"cipher": "AES-256-GCM", "chunkBytes": CHUNK, "keys": keys}}
(HERE / "nebulakeep.json").write_text(json.dumps(root, indent=2) + "\n")
(HERE / "content.bin").write_bytes(CONTENT)
(HERE / "compressed.bin").write_bytes(compressed(CONTENT))
(HERE / "sealed.bin").write_bytes(encrypted(compressed(CONTENT)))
(HERE / "encrypted.bin").write_bytes(encrypted(CONTENT))
