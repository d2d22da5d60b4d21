# Makes python.bin: a firmware file written without anything of rekey's, to try the
# inspection on. python3 make.py, in this folder. The header of romfs-x is the one that
# was published with the description of the format.
import io, struct, zipfile, zlib

VECTOR = bytes.fromhex(
    "27051956cd50bdf165937d250000001300080000005800004 18e794f05020101".replace(" ", "")
    + "726f6d6673".ljust(64, "0")) + b"rekey-test-payload\n"

def image(name, data, load=0x580000, entry=0x600000):
    def header(crc):
        return struct.pack(">7I4B32s", 0x27051956, crc, 1451865600, len(data), load, entry,
                           zlib.crc32(data), 5, 2, 1, 0, name)
    return header(zlib.crc32(header(0))) + data

out = io.BytesIO()
with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as z:
    def add(name, data, how=zipfile.ZIP_DEFLATED):
        info = zipfile.ZipInfo(name, (2015, 12, 17, 12, 0, 0))
        info.compress_type = how
        z.writestr(info, data)
    add("Install.lua", b"-- install\n")
    add("romfs-x.cramfs.img", VECTOR)
    add("web-x.cramfs.img", image(b"web", b"<html></html>" * 40))
    add("logo-x.cramfs.img", image(b"logo", bytes(range(256))), zipfile.ZIP_STORED)
b = bytearray(out.getvalue())
b[:2] = b"DH"
open("python.bin", "wb").write(b)
