"""Makes layers.safetensors: PyTorch's result of each kind of layer. Usage: python layers.py, in this folder (`make golden`)

CASE/input and CASE/output are maps [C, H, W]; the other tensors of a case are the layer's own, by PyTorch's names after
the case's. What the layers are stands here and once more, in Swift, in MSRNReferenceTests/TorchLayerTests.swift.
"""
import torch
import torch.nn as nn
import torch.nn.functional as F
from safetensors.torch import save_file

tensors = {}


def case(name, layer, c, h, w):
    torch.manual_seed(sum(map(ord, name)))
    if isinstance(layer, nn.Module):
        layer.eval()
        for key, value in layer.state_dict().items():
            if value.is_floating_point():
                value.uniform_(0.5, 2) if 'var' in key else value.normal_()
                tensors[f'{name}/{key}'] = value.clone()
    x = torch.randn(1, c, h, w)
    with torch.no_grad():
        y = layer(x)
    tensors[f'{name}/input'] = x[0].contiguous()
    tensors[f'{name}/output'] = y.reshape(y.shape[1], *(y.shape[2:] or (1, 1))).contiguous()


case('stride', nn.Conv2d(3, 5, 3, stride=2, padding=1), 3, 9, 8)
case('grouped', nn.Conv2d(6, 9, 3, groups=3, bias=False), 6, 5, 7)
case('dilated', nn.Conv2d(2, 4, 3, dilation=2, padding=2), 2, 6, 5)
case('wide', nn.Conv2d(3, 4, (1, 7), padding=(0, 3), bias=False), 3, 4, 6)
case('tall', nn.Conv2d(3, 4, (7, 1), stride=(2, 1), padding=(3, 0)), 3, 5, 4)
case('even', nn.Conv2d(2, 3, 4, stride=3, padding=1, dilation=1), 2, 9, 10)
case('deep', nn.Conv2d(37, 4, 3, padding=1), 37, 5, 5)
case('linear', nn.Sequential(nn.Flatten(), nn.Linear(24, 5)), 2, 3, 4)
case('norm', nn.BatchNorm2d(6, eps=1e-3), 6, 4, 5)
case('leaky', nn.LeakyReLU(0.01), 2, 3, 4)
case('sigmoid', nn.Sigmoid(), 2, 3, 4)
case('lrn', nn.LocalResponseNorm(5, alpha=0.5, beta=0.75, k=2.0), 7, 3, 3)
case('lrn-even', nn.LocalResponseNorm(4, alpha=0.5), 6, 2, 3)
case('max', nn.MaxPool2d(3, 2, 1), 2, 8, 9)
case('max-ceil', nn.MaxPool2d(3, 2, ceil_mode=True), 2, 8, 9)
case('max-ceil-beyond', nn.MaxPool2d(2, 2, 1, ceil_mode=True), 2, 4, 5)
case('max-ceil-tiny', nn.MaxPool2d(3, 2, ceil_mode=True), 2, 2, 2)
case('average', nn.AvgPool2d(3, 2, 1), 2, 8, 9)
case('average-not-counted', nn.AvgPool2d(3, 2, 1, count_include_pad=False), 2, 8, 9)
case('average-ceil', nn.AvgPool2d(3, 2, 1, ceil_mode=True), 2, 8, 9)
case('average-ceil-not-counted', nn.AvgPool2d(3, 2, ceil_mode=True, count_include_pad=False), 2, 8, 9)
case('adaptive', nn.AdaptiveAvgPool2d((3, 2)), 2, 7, 5)
case('adaptive-larger', nn.AdaptiveAvgPool2d((6, 6)), 2, 2, 4)
case('global', nn.AdaptiveAvgPool2d(1), 3, 5, 4)
case('subsample', lambda x: F.pad(x[:, :, ::2, ::2], (0, 0, 0, 0, 1, 2)), 3, 5, 6)
case('hourglass', lambda x: F.interpolate(F.max_pool2d(x, 3, 2, 1), x.shape[2:], mode='bilinear', align_corners=True), 2, 7, 9)
case('hourglass-line', lambda x: F.interpolate(F.max_pool2d(x, 3, 2, 1), x.shape[2:], mode='bilinear', align_corners=True), 2, 1, 2)
save_file(tensors, 'layers.safetensors', {'made by': 'layers.py, PyTorch ' + torch.__version__})
