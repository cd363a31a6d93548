// MNN built from source behind the line protocol of `msrn bench worker`: mnn_worker MODEL N HEIGHT WIDTH THREADS.
// The PyPI package is built without AVX-512, hence this one.
#include <MNN/Interpreter.hpp>
#include <MNN/MNNDefine.h>
#include <MNN/Tensor.hpp>

#include <unistd.h>

#include <chrono>
#include <cstdint>
#include <cstdio>
#include <iostream>
#include <memory>
#include <string>
#include <vector>

// The values of an .npy file of version 1.0, which must be as many as are asked for.
static bool read(const std::string &path, std::vector<float> &values) {
    FILE *file = fopen(path.c_str(), "rb");
    if (!file) return false;
    uint8_t head[10];
    bool good = fread(head, 1, 10, file) == 10 && fseek(file, head[8] | head[9] << 8, SEEK_CUR) == 0 &&
                fread(values.data(), 4, values.size(), file) == values.size() && fgetc(file) == EOF;
    fclose(file);
    return good;
}

static bool write(const std::string &path, const std::vector<int> &shape, const std::vector<float> &values) {
    std::string header = "{'descr': '<f4', 'fortran_order': False, 'shape': (";
    for (int extent : shape) header += std::to_string(extent) + ", ";
    header += "), }";
    while ((10 + header.size() + 1) % 64) header += ' ';
    header += '\n';
    FILE *file = fopen(path.c_str(), "wb");
    if (!file) return false;
    uint8_t head[10] = {0x93, 'N', 'U', 'M', 'P', 'Y', 1, 0, uint8_t(header.size()), uint8_t(header.size() >> 8)};
    bool good = fwrite(head, 1, 10, file) == 10 && fwrite(header.data(), 1, header.size(), file) == header.size() &&
                fwrite(values.data(), 4, values.size(), file) == values.size();
    return fclose(file) == 0 && good;
}

int main(int count, char **arguments) {
    if (count != 6) return 2;
    const int pictures = std::stoi(arguments[2]), height = std::stoi(arguments[3]), width = std::stoi(arguments[4]);
    const int threads = std::stoi(arguments[5]);
    FILE *answers = fdopen(dup(1), "w");
    setvbuf(answers, nullptr, _IOLBF, 0);
    dup2(2, 1);  // what MNN prints is no answer

    std::shared_ptr<MNN::Interpreter> net(MNN::Interpreter::createFromFile(arguments[1]));
    if (!net) return 1;
    MNN::BackendConfig backend;
    backend.precision = MNN::BackendConfig::Precision_High;
    MNN::ScheduleConfig config;
    config.type = MNN_FORWARD_CPU;
    config.numThread = threads;
    config.backendConfig = &backend;
    auto session = net->createSession(config);
    auto input = net->getSessionInput(session, nullptr);
    net->resizeTensor(input, {pictures, 3, height, width});
    net->resizeSession(session);
    net->releaseModel();
    fprintf(answers, "MNN %s, AVX-512 build\n", MNN_VERSION);

    std::vector<float> x(size_t(3) * pictures * height * width), y;
    std::vector<int> shape;
    for (std::string line; std::getline(std::cin, line);) {
        if (line.rfind("load ", 0) == 0) {
            fprintf(answers, read(line.substr(5), x) ? "ok\n" : "error not the pictures' values\n");
        } else if (line == "run") {
            auto start = std::chrono::steady_clock::now();
            std::unique_ptr<MNN::Tensor> from(
                MNN::Tensor::create<float>({pictures, 3, height, width}, x.data(), MNN::Tensor::CAFFE));
            input->copyFromHostTensor(from.get());
            net->runSession(session);
            auto output = net->getSessionOutput(session, nullptr);
            shape = output->shape();
            size_t values = 1;
            for (int extent : shape) values *= extent;  // elementSize() would count padding channels
            y.resize(values);
            std::unique_ptr<MNN::Tensor> to(MNN::Tensor::create<float>(shape, y.data(), MNN::Tensor::CAFFE));
            output->copyToHostTensor(to.get());
            fprintf(answers, "ok %.9f\n",
                    std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count());
        } else if (line.rfind("save ", 0) == 0) {
            fprintf(answers, write(line.substr(5), shape, y) ? "ok\n" : "error not written\n");
        } else if (line == "quit") {
            break;
        } else {
            fprintf(answers, "error load FILE, run, save FILE and quit are known\n");
        }
    }
}
